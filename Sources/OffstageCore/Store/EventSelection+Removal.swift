extension EventSelection {
  /// What is removed is marked, so that no replay brings it back: that can only be said of whole
  /// services, origins and sources, and of stretches of time.
  package func expectRemovable() throws(UsageError) {
    let markable = EventSelection(
      services: services, origins: origins, sources: sources, since: since, until: until)
    guard self != markable else { return }
    throw UsageError(
      "Only whole services, origins and sources can be removed, and stretches of time.",
      hint: "The browser would bring back the rest. Leave out what else the filter asks for; an "
        + "origin is written with its scheme.")
  }
}

/// Finds the sources that a person means.
package enum SourceSelector {
  /// So many characters of an id are enough to stand for it.
  package static let shortestPrefix = 4

  /// Takes an id, a name, or the beginning of an id, in this order; the name may belong to several.
  package static func resolve(
    _ texts: [String], among sources: [Source]
  ) throws(UsageError) -> Set<SourceID> {
    var chosen: Set<SourceID> = []
    for text in texts { chosen.formUnion(try resolve(text, among: sources)) }
    return chosen
  }

  private static func resolve(
    _ text: String, among sources: [Source]
  ) throws(UsageError) -> [SourceID] {
    if let id = SourceID(text), sources.contains(where: { $0.id == id }) { return [id] }
    let named = sources.filter { $0.name == text }.map(\.id)
    if !named.isEmpty { return named }
    let prefixed =
      text.utf8.count < shortestPrefix
      ? [] : sources.filter { $0.id.description.hasPrefix(text.lowercased()) }
    switch prefixed.count {
    case 1: return prefixed.map(\.id)
    case 0:
      throw UsageError("There is no source “\(text.escapedForTerminal)”.", hint: hint(sources))
    default:
      throw UsageError(
        "“\(text.escapedForTerminal)” begins the ids of \(prefixed.count) sources.",
        hint: "Write more of the id: "
          + prefixed.map(\.id.description).sorted().joined(separator: ", ") + ".")
    }
  }

  private static func hint(_ sources: [Source]) -> String {
    guard !sources.isEmpty else { return "Nothing has been recorded yet." }
    let names = Set(sources.map(\.name)).sorted().map(\.escapedForTerminal)
    return "Known sources are \(names.joined(separator: ", "))."
  }
}

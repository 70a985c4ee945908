/// Writes scenarios, files that `offstage test` plays, of what was recorded.
package protocol ScenarioWriter: Sendable {
  /// A file that makes the operations happen again; what can't be made to is a comment in it.
  func scenario(of scenes: [OperationScene]) -> String
}

extension EventStore {
  /// The operations with these numbers, and the notifications that they likely showed. Nil for the
  /// first number that there is no operation of.
  package func scenes(
    withNotificationsOf ids: [Int64]
  ) async throws -> (scenes: [OperationScene], missing: Int64?) {
    var scenes: [OperationScene] = []
    for id in ids {
      guard let scene = try await scene(ofOperation: id) else { return (scenes, id) }
      guard !scenes.contains(where: { $0.operation.id == scene.operation.id }) else { continue }
      scenes.append(scene)
    }
    for link in scenes.flatMap(\.links) where link.kind == .showed && link.certainty != .possible {
      guard !scenes.contains(where: { $0.operation.id == link.operation.id }),
        let shown = try await scene(ofOperation: link.operation.id)
      else { continue }
      scenes.append(shown)
    }
    return (scenes, nil)
  }
}

internal import Hummingbird
internal import JSON
internal import OffstageCore

extension API {
  var notificationRoutes: [Route] {
    [
      Route(
        .get, "/notifications",
        "what is on the screens of the browsers that are recorded here, oldest first", [.source],
        giving: .json(
          .object([
            "notifications": .array(.notification),
            "screens": .array(.notificationScreen).saying(
              "Of the browsers that are recorded here."),
          ]))
      ) { request in
        let sources = try await selection(request.query).sources
        let cards = try await desks?.cards(of: sources, in: store) ?? []
        let screens = await (desks?.screens() ?? []).filter {
          sources.isEmpty || sources.contains($0.source.id)
        }
        return .json { writer in
          writer.object { writer in
            writer.memberArray("notifications") { writer in
              for card in cards { card.write(to: &writer) }
            }
            writer.memberArray("screens") { writer in
              for screen in screens { screen.write(to: &writer) }
            }
          }
        }
      }
    ]
  }
}

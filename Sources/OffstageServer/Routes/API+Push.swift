internal import Hummingbird
internal import JSON
internal import OffstageCore

/// What the push service of the data folder keeps.
extension API {
  var pushRoutes: [Route] {
    [
      Route(
        .get, "/push/subscriptions",
        "the subscriptions that pages have made with the push service, oldest first",
        giving: .json(
          .object([
            "service": .orNull(.string).saying(
              "Where the push service is, or was when it ran last."),
            "subscriptions": .array(.pushSubscription),
          ]))
      ) { _ in
        let service = pushOrigin()
        // What Chromium registers for itself has no page.
        let found = try await pushes?.pushSubscriptions().filter { $0.origin != nil } ?? []
        return .json { writer in
          writer.object { writer in
            writer.member(orNull: "service", service)
            writer.memberArray("subscriptions") { writer in
              for subscription in found { subscription.write(to: &writer, origin: service) }
            }
          }
        }
      },
      Route(
        .get, "/push/messages", "the newest that was posted to the push service, newest first",
        [.refused, .limit], giving: .json(.list("messages", of: .pushMessage))
      ) { request in
        let query = request.query
        let found = try await pushes?.pushMessages(
          onlyRefused: try query.refused(), limit: try query.limit())
        return .json { writer in
          writer.object { writer in
            writer.memberArray("messages") { writer in
              for message in found ?? [] { message.write(to: &writer) }
            }
          }
        }
      },
    ]
  }
}

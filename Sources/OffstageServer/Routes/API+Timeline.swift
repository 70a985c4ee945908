internal import Hummingbird
internal import JSON
internal import OffstageCore

/// What a timeline shows: density from afar, the spans of instances when near.
extension API {
  var timelineRoutes: [Route] {
    [
      Route(
        .get, "/histogram", "how many events there were when, per service and origin",
        API.selecting + [.width],
        giving: .json(.histogram)
      ) { request in
        let selection = try await selection(request.query)
        let width = try request.query.width()
        do {
          let histogram = try await Histogram(of: selection, width: width, store: store)
          return .json { histogram.write(to: &$0) }
        } catch let error as UsageError {
          throw Problem(error, parameter: "width")
        }
      },
      Route(
        .get, "/instances", "first and last moment of the instances that reach into a range",
        API.selecting + [.limit],
        required: [.since, .until],
        giving: .json(.list("instances", of: .instanceSpan))
      ) { request in
        let selection = try await selection(request.query)
        let spans = try await store.instances(selection, limit: try request.query.limit())
        return .json { writer in
          writer.object { writer in
            writer.memberArray("instances") { writer in
              for span in spans { span.write(to: &writer) }
            }
          }
        }
      },
    ]
  }
}

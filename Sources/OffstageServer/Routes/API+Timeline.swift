internal import Hummingbird
internal import JSON
internal import OffstageCore

/// What a timeline shows: density from afar, the spans of instances when near.
extension API {
  var timelineRoutes: [Route] {
    [
      Route(
        .get, "/histogram", "how many events there were when, per service and origin",
        [.service, .origin, .source, .outcome, .instance, .since, .until, .text, .width],
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
        [.service, .origin, .source, .outcome, .instance, .since, .until, .text, .limit],
        giving: .json(.list("instances", of: .instanceSpan))
      ) { request in
        let selection = try await selection(request.query)
        guard selection.since != nil, selection.until != nil else {
          throw Problem.badParameter(
            selection.since == nil ? "since" : "until", "Instances are told of a range of time.",
            hint: "Give both since and until.")
        }
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

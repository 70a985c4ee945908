internal import Hummingbird
internal import JSON
internal import OffstageCore

extension API {
  var stateRoutes: [Route] {
    [
      Route(
        .get, "/sources", "what is recorded, and where it lives",
        giving: .json(.list("sources", of: .source))
      ) { _ in
        let sources = try await store.sources()
        return .json { writer in
          writer.object { writer in
            writer.memberArray("sources") { writer in
              for source in sources { source.write(to: &writer) }
            }
          }
        }
      },
      Route(
        .get, "/services", "counts, lease and last replay per source and service",
        [.service, .source], giving: .json(.list("services", of: .status))
      ) { request in
        .json(try await statuses(request.query), as: "services")
      },
      Route(
        .get, "/gaps", "when events may have been lost", [.service, .source, .since, .until],
        giving: .json(.list("gaps", of: .gap))
      ) { request in
        let gaps = try await store.gaps(try await selection(request.query))
        return .json { writer in
          writer.object { writer in
            writer.memberArray("gaps") { writer in
              for gap in gaps { gap.write(to: &writer) }
            }
          }
        }
      },
    ]
  }

  func statuses(_ query: Query) async throws -> [ServiceStatus] {
    let selection = try await selection(query)
    return try await ServiceStatus.all(store: store, locks: locks).filter { status in
      (selection.services.isEmpty || selection.services.contains(status.service))
        && (selection.sources.isEmpty || selection.sources.contains(status.source.id))
    }
  }
}

extension Response {
  static func json(_ statuses: [ServiceStatus], as key: String) -> Response {
    .json { writer in
      writer.object { writer in
        writer.memberArray(key) { writer in
          for status in statuses { status.write(to: &writer) }
        }
      }
    }
  }
}

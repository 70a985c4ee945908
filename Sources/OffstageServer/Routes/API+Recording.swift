internal import Hummingbird
internal import JSON
internal import OffstageCore

/// What people want of a recorder travels through the store: whichever process records the source
/// acts on it.
extension API {
  var recordingRoutes: [Route] {
    [
      Route(
        .get, "/recording", "what is recorded and what is wanted", [.service, .source],
        giving: .json(.list("recording", of: .status))
      ) {
        .json(try await statuses($0.query), as: "recording")
      },
      Route(
        .put, "/recording/{service}", "turns the recording of a service on or off",
        body: .json(.object(["recording": .boolean, "source": .optional(.string)])),
        giving: .json(.list("recording", of: .status))
      ) { request in
        let service = try service(of: request)
        let body = try RecordingBody(
          parsing: try await request.body(), taking: ["recording", "source"])
        guard let wanted = body.recording else { throw RecordingBody.lacksRecording }
        let sources = try await recordable(body.source)
        for source in sources { try await store.setWanted(wanted, service, of: source.id) }
        let ids = Set(sources.map(\.id))
        let changed = try await ServiceStatus.all(store: store, locks: locks)
          .filter { $0.service == service && ids.contains($0.source.id) }
        return .json(changed, as: "recording")
      },
      Route(
        .post, "/recording/renew", "asks the browser to go on recording for three days",
        body: .json(
          isRequired: false,
          .object(["service": .optional(.string), "source": .optional(.string)])),
        giving: .json(
          status: 202,
          .list(
            "requests", of: .object(["id": .integer, "source": .sourceName, "service": .service])))
      ) { request in
        let body = try RecordingBody(
          parsing: try await request.body(), taking: ["service", "source"])
        let asked = try await renew(body)
        return .json(status: .accepted) { writer in
          writer.object { writer in
            writer.memberArray("requests") { writer in
              for request in asked {
                writer.object { writer in
                  writer.member("id", request.id)
                  writer.member("source", request.source)
                  writer.member("service", request.service.rawValue)
                }
              }
            }
          }
        }
      },
    ]
  }

  private struct AskedRequest: Sendable {
    var id: Int64
    var source: SourceName
    var service: Service
  }

  private func renew(_ body: RecordingBody) async throws -> [AskedRequest] {
    let now = clock.now()
    var asked: [AskedRequest] = []
    for source in try await recordable(body.source) {
      for service in body.service.map({ [$0] }) ?? Service.allCases {
        let id = try await store.ask(.renew, service, of: source.id, at: now)
        asked.append(
          AskedRequest(
            id: id, source: SourceName(id: source.id, name: source.name), service: service))
      }
    }
    return asked
  }

  private func service(of request: RouteRequest) throws -> Service {
    let text = try request.parameters.require("service")
    do throws(UsageError) {
      return try Service(parsing: text)
    } catch {
      throw Problem(404, .notFound, error.message, hint: error.hint)
    }
  }

  /// What was imported has no recorder.
  private func recordable(_ text: String?) async throws -> [Source] {
    let sources = try await sources(text.map { [$0] } ?? [], parameter: "source")
      .filter { $0.kind != .import }
    guard sources.isEmpty else { return sources }
    throw Problem(
      409, .nothingRecorded, "There is no browser whose recording could be changed.",
      hint: "offstage open URL starts one.")
  }
}

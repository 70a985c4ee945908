internal import Hummingbird
internal import JSON
internal import OffstageCore

/// What the routes need, and the list of them.
struct API: Sendable {
  static let root = "/api/v1"

  let store: any EventStore
  let locks: SourceLocks
  let clock: any WallClock
  let version: String
  let token: String
  /// Nil where there are no pages to enter.
  let codes: EntryCodes?
  let hub: StreamHub
  /// Where what is imported lies until it has been read.
  let spoolFolder: String
  let importLimit: Int
  /// Nil where no reports can be made.
  var reportPage: (@Sendable () throws -> ReportPage)?
  let tickets = DownloadTickets()
  /// Nil where no browser is recorded.
  var looking: (any OriginLooking)?
  /// Nil where no browser is launched.
  var desks: (any NotificationDesks)?
  /// Nil where no scenarios can be written.
  var scenarioWriter: (any ScenarioWriter)?
  /// Nil where there is no push service.
  var pushes: (any PushLedger)?
  var pushOrigin: @Sendable () -> String? = { nil }

  var routes: [Route] {
    let listed =
      eventRoutes + operationRoutes + findingRoutes + filterRoutes + timelineRoutes + streamRoutes
      + stateRoutes + recordingRoutes + triggerRoutes + exchangeRoutes + doctorRoutes
      + notificationRoutes + pushRoutes
      + entryRoutes
    return describing(listed) + listed
  }

  /// What there is, for people and for programs.
  private func describing(_ listed: [Route]) -> [Route] {
    let index = Route(.get, "/", "what there is", giving: .json(.index)) { _ in
      .json { writeIndex(of: describing(listed).dropFirst() + listed, to: &$0) }
    }
    let document = Route(
      .get, "/openapi.json", "this API's description (OpenAPI 3.1)",
      giving: .json(.any)
    ) { _ in
      .json { writer in
        OpenAPIDocument(routes: describing(listed) + listed, version: version).write(to: &writer)
      }
    }
    return [index, document]
  }

  private func writeIndex(of routes: [Route], to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", "offstage")
      writer.member("version", version)
      writer.memberArray("routes") { writer in
        for route in routes {
          writer.object { writer in
            writer.member("method", route.method.rawValue)
            writer.member("path", route.path)
            writer.member("summary", route.summary)
            writer.memberArray("parameters") { writer in
              for parameter in route.parameters { writer.value(parameter.rawValue) }
            }
          }
        }
      }
    }
  }

  /// Every source, or those that are named.
  func sources(_ texts: [String], parameter: String) async throws -> [Source] {
    let sources = try await store.sources()
    guard !texts.isEmpty else { return sources }
    do throws(UsageError) {
      let chosen = try SourceSelector.resolve(texts, among: sources)
      return sources.filter { chosen.contains($0.id) }
    } catch {
      throw Problem(error, parameter: parameter)
    }
  }
}

extension Response {
  static func json(
    status: HTTPResponse.Status = .ok, _ body: (inout JSONWriter) -> Void
  ) -> Response {
    var writer = JSONWriter()
    body(&writer)
    var response = Response(
      status: status, body: .init(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    response.headers[.contentType] = "application/json"
    return response
  }
}

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import NIOCore
internal import OffstageCore

/// Saving and importing.
extension API {
  static let downloadsPath = root + "/downloads"

  private static let exportParameters = [.format, .redact] + API.selecting

  /// By what the formats are.
  private static let files: KeyValuePairs<String, Schema> = [
    ExportFormat.devtools.mediaType: .array(.any), ExportFormat.jsonl.mediaType: .string,
    ExportFormat.csv.mediaType: .string, ExportFormat.html.mediaType: .string,
  ]

  var exchangeRoutes: [Route] {
    [
      Route(
        .get, "/export", "the events as a file: devtools, jsonl, csv or html",
        Self.exportParameters,
        required: [.format],
        giving: RouteAnswer(contents: Self.files)
      ) { request in
        try await file(try await export(request.query))
      },
      Route(
        .post, "/downloads", "gives a path that is good for one GET without the token",
        Self.exportParameters, required: [.format], giving: .json(.object(["path": .string]))
      ) { request in
        let export = try await export(request.query)
        try await checked(export)
        let code = tickets.issue(export, at: clock.now())
        return .json { writer in
          writer.object { $0.member("path", "\(Self.downloadsPath)/\(code)") }
        }
      },
      Route(
        .get, "/downloads/{code}", "the file that was asked for",
        giving: RouteAnswer(contents: Self.files)
      ) { request in
        let code = try request.parameters.require("code")
        let now = clock.now()
        let found = request.isHead ? tickets.look(at: code, at: now) : tickets.redeem(code, at: now)
        guard let export = found else {
          throw Problem(
            403, .usedDownload, "The download's link was used already, or is too old.",
            hint: "Save again.")
        }
        return try await file(export)
      },
      Route(
        .post, "/imports", "stores the events of a file, which is the body", [.name],
        body: RouteBody(contents: ["application/json": .any, "application/x-ndjson": .string]),
        giving: .json(.importResult)
      ) { request in
        let result = try await imported(request)
        return .json { result.write(to: &$0) }
      },
    ]
  }

  private func export(_ query: Query) async throws -> Export {
    let format = try query.format()
    return Export(
      format, of: try await selection(query),
      isRedacted: try query.isRedacted() ?? format.isRedactedByDefault)
  }

  private func file(_ export: Export) async throws -> Response {
    // A store that can't be read is a problem, and no file that ends early.
    _ = try await store.newestId()
    try await checked(export)
    let page = export.format == .html ? try reportPage?() : nil
    var response = Response(
      status: .ok,
      body: ResponseBody { [store, clock] writer in
        try await export.run(store: store, page: page, at: clock.now()) { part in
          guard !part.isEmpty else { return }
          try await writer.write(ByteBuffer(bytes: part))
        }
        try await writer.finish(nil)
      })
    response.headers[.contentType] = export.format.mediaType
    response.headers[.contentDisposition] =
      "attachment; filename=\"\(export.fileName(now: localTime()))\""
    return response
  }

  private func checked(_ export: Export) async throws {
    do {
      if export.format == .html, reportPage == nil { throw UsageError.noReports }
      try await export.check(store)
    } catch let error as UsageError {
      throw Problem(error, parameter: QueryParameter.format.rawValue)
    }
  }

  private func localTime() -> CivilTime {
    let now = clock.now()
    let date = Date(timeIntervalSince1970: Double(now.micros) / 1e6)
    return CivilTime(now + .seconds(Int64(TimeZone.current.secondsFromGMT(for: date))))
  }

  private func imported(_ request: RouteRequest) async throws -> Import.Result {
    let file = try ImportFile.spool(as: try request.query.fileName(), in: spoolFolder)
    try await request.body(upTo: importLimit) { try file.append($0) }
    do {
      return try await Import(file).run(store: store, clock: clock)
    } catch let error as UsageError {
      throw Problem(400, .badFile, error.message, hint: error.hint)
    }
  }
}

extension Query {
  fileprivate func format() throws(Problem) -> ExportFormat {
    let text = try one(.format) ?? ""
    do throws(UsageError) {
      return try ExportFormat(parsing: text)
    } catch {
      throw Problem(error, parameter: QueryParameter.format.rawValue)
    }
  }

  fileprivate func isRedacted() throws(Problem) -> Bool? {
    switch try one(.redact) {
    case nil: return nil
    case "yes": return true
    case "no": return false
    case let text?:
      throw .badParameter(
        QueryParameter.redact.rawValue,
        "“\(text.escapedForTerminal)” can't be taken as “redact”.", hint: "Write yes or no.")
    }
  }

  /// What the source of an imported file is called.
  fileprivate func fileName() throws(Problem) -> String {
    let name = try one(.name)?.split(separator: "/").last.map { String($0.prefix(200)) }
    return name ?? "import"
  }
}

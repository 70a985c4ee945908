internal import OffstageCore

/// What a route gives when all is well. What it gives otherwise is a `Problem`, as of every route.
struct RouteAnswer: Sendable {
  let status: Int
  /// By content type.
  let contents: KeyValuePairs<String, Schema>
  /// Of a stream: what the data of its messages is, by their names.
  let messages: KeyValuePairs<String, Schema>

  init(
    status: Int = 200, contents: KeyValuePairs<String, Schema>,
    messages: KeyValuePairs<String, Schema> = [:]
  ) {
    self.status = status
    self.contents = contents
    self.messages = messages
  }

  static func json(status: Int = 200, _ schema: Schema) -> RouteAnswer {
    RouteAnswer(status: status, contents: ["application/json": schema])
  }

  /// Server-sent events.
  static func stream(_ messages: KeyValuePairs<String, Schema>) -> RouteAnswer {
    RouteAnswer(contents: ["text/event-stream": .string], messages: messages)
  }
}

/// What a route takes in its body.
struct RouteBody: Sendable {
  let isRequired: Bool
  /// By content type.
  let contents: KeyValuePairs<String, Schema>

  init(isRequired: Bool = true, contents: KeyValuePairs<String, Schema>) {
    self.isRequired = isRequired
    self.contents = contents
  }

  static func json(isRequired: Bool = true, _ schema: Schema) -> RouteBody {
    RouteBody(isRequired: isRequired, contents: ["application/json": schema])
  }
}

/// A parameter as a client sees it.
struct ParameterDescription: Sendable {
  enum Place: String, Sendable { case query, path, header }

  let place: Place
  let name: String
  let summary: String
  let schema: Schema
  /// It may be given more than once; any of the values will do.
  let isRepeatable: Bool

  init(
    _ place: Place, _ name: String, _ summary: String, _ schema: Schema, isRepeatable: Bool = false
  ) {
    self.place = place
    self.name = name
    self.summary = summary
    self.schema = schema
    self.isRepeatable = isRepeatable
  }
}

/// A header that some route reads.
enum HeaderParameter: String, Sendable, CaseIterable {
  case lastEventID = "Last-Event-ID"

  var description: ParameterDescription {
    switch self {
    case .lastEventID:
      ParameterDescription(
        .header, rawValue, "The id of the last message that came: the stream goes on after it.",
        .count)
    }
  }
}

extension QueryParameter {
  var description: ParameterDescription {
    switch self {
    case .service:
      query(
        "Only this service; several are separated by commas or given one by one.", .string,
        isRepeatable: true)
    case .origin: query("Only this origin.", .string, isRepeatable: true)
    case .source:
      query(
        "Only this source: its id, its name, or the beginning of its id.", .string,
        isRepeatable: true)
    case .outcome:
      query(
        "Only what says this of its success; several are separated by commas or given one by one.",
        .string, isRepeatable: true)
    case .state:
      query(
        "Only operations in this state "
          + "(\(OperationState.allCases.map(\.rawValue).joined(separator: ", "))); several are "
          + "separated by commas or given one by one.",
        .string, isRepeatable: true)
    case .id:
      query(
        "Of an operation; \(Query.mostIDs) at most, separated by commas or given one by one.",
        .string, isRepeatable: true)
    case .instance: query("Only this instance.", .string, isRepeatable: true)
    case .since: query("Not older: a duration (2h) or a date (RFC 3339).", .string)
    case .until: query("Not newer: a duration (2h) or a date (RFC 3339).", .string)
    case .text:
      query(
        "Occurs in the name, the instance or the metadata; given more than once, each does.",
        .string, isRepeatable: true)
    case .filter:
      query(
        "A filter in Offstage's language, such as `service:push (outcome:failed or timeout)`; it "
          + "holds besides the other parameters.", .string)
    case .refused: query("Only what was not taken.", .boolean)
    case .at: query("Where the cursor stands, in Unicode characters.", .count)
    case .limit: query("So many at most; 100 if left out.", .integer(from: 1, to: 1000))
    case .order: query("By time; desc if left out.", .oneOf(["asc", "desc"]))
    case .cursor: query("“next” of the page before.", .string)
    case .sort:
      query(
        "By something else than time, of \(EventSort.limit) events at most.",
        .oneOf(EventSort.allCases.map(\.rawValue)))
    case .offset:
      query(
        "How many events of a sorted list lie before the page.",
        .integer(from: 0, to: Int64(EventSort.limit)))
    case .size: query("So many events are in a piece at most.", .integer(from: 1, to: 1000))
    case .count: query("So many events are cut; all if left out.", .integer(from: 1, to: nil))
    case .width: query("How long a bucket is, such as 1m or 30s.", .string)
    case .format:
      query(
        "What the file is to be: \(ExportFormat.list).",
        .oneOf(ExportFormat.allCases.map(\.rawValue)))
    case .redact:
      query(
        "Whether what may be secret is replaced by its length and a code.",
        .oneOf(["yes", "no"]))
    case .name: query("The file's, after which its source is called.", .string)
    case .wait: query("So long an empty page is held back, 60s at most.", .string)
    }
  }

  private func query(
    _ summary: String, _ schema: Schema, isRepeatable: Bool = false
  ) -> ParameterDescription {
    ParameterDescription(.query, rawValue, summary, schema, isRepeatable: isRepeatable)
  }
}

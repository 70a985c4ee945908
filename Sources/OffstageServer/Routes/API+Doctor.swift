internal import Hummingbird
internal import JSON
internal import OffstageCore

extension API {
  var doctorRoutes: [Route] {
    [
      Route(
        .post, "/doctor", "says what keeps background events of a page from happening",
        body: .json(
          .object([
            "url": .string,
            "services": .optional(.array(.string)).saying("What they lack is a fault."),
            "wake": .optional(.boolean).saying("Start the service worker if it sleeps."),
            "source": .optional(.string).saying("Whose browser to look in."),
          ])),
        giving: .json(.originReport)
      ) { request in
        var (question, name) = try DoctorBody(parsing: try await request.body()).question
        if let name {
          question.source = try await sources([name], parameter: "source").first?.id
        }
        guard let report = try await looking?.report(on: question) else {
          throw Problem(
            409, .nothingRecorded, "No browser is recorded here that could be looked at.",
            hint: "`offstage doctor URL` looks in one of its own.")
        }
        return .json { report.write(to: &$0) }
      }
    ]
  }
}

private struct DoctorBody {
  let question: (OriginQuestion, source: String?)

  init(parsing bytes: [UInt8]) throws(Problem) {
    var url: String?
    var services: [String] = []
    var wakes = false
    var source: String?
    try Problem.readingMembers(of: bytes, hint: "Members are url, services, wake, source.") {
      key, reader throws(JSONError) in
      switch key {
      case "url": url = try reader.readString()
      case "services":
        try reader.readArray { reader throws(JSONError) in
          services.append(try reader.readString())
        }
      case "wake": wakes = try reader.readBool()
      case "source": source = try reader.readString()
      default: return false
      }
      return true
    }
    guard let url else {
      throw Problem(
        400, .badBody, "The body does not say which page.",
        hint: "Send {\"url\":\"https://app.example\"}.", parameter: "url")
    }
    do throws(UsageError) {
      var asked: Set<Service> = []
      for text in services { asked.insert(try Service(parsing: text)) }
      question = (try OriginQuestion(url: url, services: asked, wakesWorker: wakes), source)
    } catch {
      throw Problem(400, .badBody, error.message, hint: error.hint)
    }
  }
}

internal import Hummingbird
internal import JSON
internal import OffstageCore

extension API {
  var triggerRoutes: [Route] {
    [
      Route(
        .get, "/workers", "the service workers that browsers have told of and not ended", [.source],
        giving: .json(.list("workers", of: .knownWorker))
      ) { request in
        let names = request.query.all(.source)
        let sources = try await sources(names, parameter: "source")
        let found = try await store.workers(of: names.isEmpty ? [] : Set(sources.map(\.id)))
        return .json { writer in
          writer.object { writer in
            writer.memberArray("workers") { writer in
              for worker in found { worker.write(to: &writer) }
            }
          }
        }
      },
      Route(
        .get, "/triggers", "what browsers were made to do, newest first",
        [.source, .limit, .cursor], giving: .json(.triggerPage)
      ) { request in
        let sources = try await sources(request.query.all(.source), parameter: "source")
        let limit = try request.query.limit()
        let found = try await store.triggers(
          of: request.query.all(.source).isEmpty ? [] : Set(sources.map(\.id)),
          before: try request.query.triggerCursor(), limit: limit)
        let now = clock.now()
        return .json { writer in
          writer.object { writer in
            writer.memberArray("triggers") { writer in
              for trigger in found { trigger.write(to: &writer, at: now) }
            }
            writer.member(
              orNull: "next", found.count == limit ? found.last.map { "\($0.id)" } : nil)
          }
        }
      },
      Route(
        .get, "/triggers/{id}", "one of them, with what it caused", giving: .json(.trigger)
      ) { request in
        let text = try request.parameters.require("id")
        guard let id = Int64(text), let trigger = try await store.trigger(id: id) else {
          throw Problem(
            404, .notFound, "There is no trigger “\(text.escapedForTerminal)”.",
            hint: "GET \(API.root)/triggers lists them.")
        }
        return .json { trigger.write(to: &$0, at: clock.now()) }
      },
      Route(
        .post, "/triggers", "makes a recorded browser do something",
        body: .json(
          .object([
            "action": .triggerAction,
            "source": .optional(.string).saying("Needed where several are recorded."),
            "wait": .optional(.string).saying(
              "How long something may take to come of it: 5s if nothing is said. With 0s the "
                + "answer is not waited for."),
            "askedBy": .optional(.oneOf(StoredTrigger.Asker.allCases.map(\.rawValue))),
          ])),
        giving: .json(.trigger)
      ) { request in
        let body = try TriggerBody(parsing: try await request.body())
        let asking = TriggerAsking(store: store, locks: locks, clock: clock)
        guard let source = try await source(of: body, asking) else {
          throw Problem(
            409, .nothingRecorded, "No recorder runs that could ask its browser.",
            hint: "Start `offstage open` or `offstage attach`, then try again.")
        }
        var trigger = try await asking.ask(
          body.action, by: body.asker, of: source.id,
          patience: body.patience ?? StoredTrigger.usualPatience)
        if body.waits { trigger = try await asking.answered(trigger) }
        let found = trigger
        return .json { found.write(to: &$0, at: clock.now()) }
      },
    ]
  }

  private func source(of body: TriggerBody, _ asking: TriggerAsking) async throws -> Source? {
    do {
      return try await asking.source(named: body.source)
    } catch let error as UsageError {
      throw Problem(400, .badBody, error.message, hint: error.hint, parameter: "source")
    }
  }
}

private struct TriggerBody: Sendable {
  let action: TriggerAction
  var source: String?
  /// Nil where nothing was said, or that the answer is not waited for.
  var patience: Interval?
  var waits = true
  var asker = StoredTrigger.Asker.api

  init(parsing bytes: [UInt8]) throws(Problem) {
    var raw: RawJSON?
    var (owner, wait, asker): (String?, String?, String?)
    try Problem.readingMembers(of: bytes, hint: "Members are action, source, wait, askedBy.") {
      key, reader throws(JSONError) in
      switch key {
      case "action": raw = try reader.readRaw()
      case "source": owner = try reader.readString()
      case "wait": wait = try reader.readString()
      case "askedBy": asker = try reader.readString()
      default: return false
      }
      return true
    }
    guard let raw else {
      throw Problem(
        400, .badBody, "The body does not say what is to be triggered.",
        hint: #"Send {"action":{"kind":"push","origin":"https://app.example","data":"hello"}}."#,
        parameter: "action")
    }
    source = owner
    do throws(UsageError) {
      action = try TriggerAction(parsing: raw)
      if let wait {
        let patience = try TriggerAsking.patience(parsing: wait)
        waits = patience.micros > 0
        if waits { self.patience = patience }
      }
    } catch {
      throw Problem(400, .badBody, error.message, hint: error.hint)
    }
    guard let asker else { return }
    guard let known = StoredTrigger.Asker(rawValue: asker) else {
      throw Problem(
        400, .badBody, "“\(asker.escapedForTerminal)” is nobody who asks.",
        hint:
          "It is one of \(StoredTrigger.Asker.allCases.map(\.rawValue).joined(separator: ", ")).",
        parameter: "askedBy")
    }
    self.asker = known
  }
}

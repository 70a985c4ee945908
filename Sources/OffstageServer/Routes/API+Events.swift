internal import Hummingbird
internal import JSON
internal import OffstageCore

extension API {
  /// What selects events wherever they are read.
  static let selecting: [QueryParameter] = [
    .service, .origin, .source, .outcome, .instance, .since, .until, .text, .filter,
  ]

  var eventRoutes: [Route] {
    [
      Route(
        .get, "/events", "a page of events, in time order or sorted",
        API.selecting + [.limit, .order, .cursor, .wait, .sort, .offset],
        giving: .json(.eventPage)
      ) { request in
        let query = try await eventQuery(request.query)
        let wait = try request.query.wait()
        var page = try await page(query, waitingFor: wait)
        if wait != nil, query.order == .ascending {
          // Whoever waits goes on asking: also from the newest event, where nothing is beyond yet.
          page.next = page.next ?? page.last ?? query.after
        }
        return .json { page.write(to: &$0) }
      },
      Route(
        .get, "/events/pieces", "where the pages of a long list begin, a part of it at a time",
        API.selecting + [.order, .cursor, .size, .count],
        giving: .json(.eventPieces)
      ) { request in
        let query = request.query
        let pieces = try await store.pieces(
          try await selection(query), order: try query.order(), after: try query.cursor(),
          size: try query.size(), limit: try query.count())
        return .json { pieces.write(to: &$0) }
      },
      Route(
        .delete, "/events", "removes events, also from what a replay brings",
        [.service, .origin, .source, .filter], giving: .json(.object(["removed": .count]))
      ) { request in
        let selection = try await selection(request.query)
        do throws(UsageError) {
          try selection.expectRemovable()
        } catch {
          throw Problem(error, parameter: QueryParameter.filter.rawValue)
        }
        let removed = try await store.clear(selection, at: clock.now())
        return .json { writer in writer.object { $0.member("removed", removed) } }
      },
      Route(.get, "/events/{id}", "one event", giving: .json(.event)) { request in
        let event = try await event(request)
        return .json { event.write(to: &$0) }
      },
      Route(
        .get, "/events/{id}/worker", "what the event's worker did around it",
        giving: .json(.workerContext)
      ) { request in
        let event = try await event(request)
        let entries = try await store.workerContext(of: event, within: .seconds(10))
        let script = try await store.workerScript(of: event)
        return .json { writer in
          writer.object { writer in
            writer.member(orNull: "script", script)
            writer.memberArray("worker") { writer in
              for entry in entries { entry.write(to: &writer) }
            }
          }
        }
      },
    ]
  }

  private func event(_ request: RouteRequest) async throws -> StoredEvent {
    let text = try request.parameters.require("id")
    guard let id = Int64(text), let event = try await store.event(id: id) else {
      throw Problem(
        404, .notFound, "There is no event \(text.escapedForTerminal).",
        hint: "It may have been removed, or be of another data folder.")
    }
    return event
  }

  private func eventQuery(_ query: Query) async throws -> EventQuery {
    var wanted = EventQuery(
      try await selection(query), order: try query.order(), limit: try query.limit(),
      after: try query.cursor())
    wanted.sort = try query.sort()
    wanted.offset = try query.offset()
    if wanted.sort != nil, wanted.after != nil {
      throw Problem.badParameter(
        QueryParameter.cursor.rawValue, "A sorted list has no cursors.",
        hint: "Ask for its pages by offset.")
    }
    if wanted.sort == nil, wanted.offset > 0 {
      throw Problem.badParameter(
        QueryParameter.offset.rawValue, "A list in time order has no offsets.",
        hint:
          "Ask for its pages by cursor, which GET \(API.root)/events/pieces gives for all of it.")
    }
    return wanted
  }

  /// Parameters that a route does not take are absent, and select nothing away.
  func selection(_ query: Query) async throws -> EventSelection {
    let now = clock.now()
    let texts = query.all(.source)
    let sources = texts.isEmpty ? [] : try await sources(texts, parameter: "source").map(\.id)
    var selection = EventSelection(
      services: try query.services(), origins: query.origins(), sources: Set(sources),
      outcomes: try query.outcomes(), instances: Set(query.all(.instance)),
      since: try query.bound(.since, now: now), until: try query.bound(.until, now: now),
      words: query.all(.text).filter { !$0.isEmpty })
    if !query.all(.filter).isEmpty {
      let context = FilterContext(now: now, sources: try await store.sources())
      selection.narrow(to: try query.filter(context))
    }
    return selection
  }

  /// An empty page is held back until something matches or `interval` is over.
  private func page(
    _ query: EventQuery, waitingFor interval: Interval?
  ) async throws -> EventPage {
    let first = try await store.events(query)
    guard let interval, first.events.isEmpty, first.next == nil else { return first }
    let filled = try await withThrowingTaskGroup(of: EventPage?.self) { group in
      group.addTask {
        // The first element comes at once, so that a commit since the first look is seen.
        for await _ in store.changes() {
          let page = try await store.events(query)
          if !page.events.isEmpty { return page }
        }
        return nil
      }
      group.addTask {
        try await clock.sleep(for: interval)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    return filled ?? first
  }
}

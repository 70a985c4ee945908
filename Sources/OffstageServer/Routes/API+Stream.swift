internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import OffstageCore

extension API {
  var streamRoutes: [Route] {
    [
      Route(
        .get, "/stream",
        "events, operations, gaps and recording as they change (text/event-stream)",
        [.service, .origin, .source, .filter], headers: [.lastEventID],
        giving: .stream(Self.messages)
      ) { request in
        let selection = try await selection(request.query)
        let asked = try request.lastEventID()
        let newest = try await hub.newest()
        // A cursor of another store lies beyond this one's newest event.
        let cursor = min(asked ?? newest, newest)
        var response = Response(status: .ok, body: stream(selection, after: cursor))
        response.headers[.contentType] = "text/event-stream"
        return response
      }
    ]
  }

  private static let messages: KeyValuePairs<String, Schema> = [
    "event": .event,
    "operation": .named(
      "OperationNews",
      Schema.object([
        "operation": .operation,
        "replaces": .array(.integer).saying("Operations that became part of it."),
      ])),
    "operationsSkipped": .named(
      "OperationsSkipped",
      Schema.object(["count": .count])
        .saying("So many older operations changed too: ask for anew what is shown.")),
    "gap": .gap,
    "recording": .list("services", of: .status),
    "drive": .named(
      "DriveChange",
      Schema.object([:])
        .saying(
          "Something was triggered or answered, or came onto a screen or went: ask for triggers "
            + "and notifications anew.")),
    "refresh": .named(
      "Refresh", Schema.object([:]).saying("Something was removed: ask for anew what is shown.")),
    "cursor": .named(
      "StreamCursor",
      Schema.object(["id": .count]).saying("Where the reader is, if nothing came for it.")),
    "skipped": .named(
      "Skipped",
      Schema.object(["fromId": .count, "toId": .count])
        .saying("What a reader has missed that was too slow: ask for it with GET /events.")),
  ]

  private func stream(_ selection: EventSelection, after start: Int64) -> ResponseBody {
    ResponseBody { writer in
      let (reader, signals) = try await hub.join()
      do {
        var place = await hub.place(after: start)
        // So that the reader knows its place, and that the stream is open.
        try await writer.write(ByteBuffer(bytes: ServerSentEvent.cursor(start)))
        for await _ in signals {
          var delivery: StreamHub.Delivery
          repeat {
            delivery = try await hub.delivery(after: place, selection)
            place = delivery.place
            let isQuiet = delivery.bytes.readableBytes == 0
            try await writer.write(
              isQuiet ? ByteBuffer(bytes: ServerSentEvent.heartbeat) : delivery.bytes)
          } while delivery.isCut
        }
      } catch {
        await hub.leave(reader)
        throw error
      }
      await hub.leave(reader)
      try await writer.finish(nil)
    }
  }
}

extension RouteRequest {
  /// Where an interrupted stream goes on.
  fileprivate func lastEventID() throws(Problem) -> Int64? {
    guard let text = header(.lastEventID) else { return nil }
    guard let id = Int64(text), id >= 0 else {
      throw Problem(
        400, .badParameter, "“\(text.escapedForTerminal)” is no id of this stream.",
        hint: "Send the last id that came, or leave the header out.", parameter: "Last-Event-ID")
    }
    return id
  }
}

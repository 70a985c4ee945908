internal import NIOCore
internal import OffstageCore

/// What readers are given.
extension StreamHub {
  /// A reader and what tells it to look again.
  func join() async throws -> (reader: Int, signals: AsyncStream<Void>) {
    let (signals, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    lastReader += 1
    let reader = lastReader
    readers[reader] = continuation
    do {
      if statuses == nil { try await readStates() }
      if operations == nil { operations = try await store.operationPlace() }
      if driveMark == nil { driveMark = try await store.driveMark() }
      _ = try await begin()
    } catch {
      leave(reader)
      throw error
    }
    // The first look, before anything happens.
    continuation.yield()
    return (reader, signals)
  }

  func leave(_ reader: Int) {
    readers.removeValue(forKey: reader)?.finish()
  }

  /// Where a reader begins that names no place.
  func newest() async throws -> Int64 { try await store.newestId() }

  /// Where a reader begins that has all events up to `id`.
  func place(after id: Int64) -> StreamPlace {
    StreamPlace(
      event: id, state: states.end, operation: operationMessages.end, drive: driveChanges)
  }

  func delivery(
    after place: StreamPlace, _ selection: EventSelection
  ) async throws -> Delivery {
    let question = Question(place: place, selection: selection)
    if let delivery = given[question] { return delivery }
    var delivery = Delivery(place: place)
    takeMessages(&delivery)
    guard !delivery.isCut, let start = ring?.start else { return delivery }
    let isBehind = place.event < start
    if isBehind { try await catchUp(&delivery, to: start, selection) }
    // The ring may have moved on while the store was read.
    guard let ring, delivery.place.event >= ring.start, !delivery.isCut else { return delivery }
    for entry in ring.entries(after: delivery.place.event) {
      if selection.takes(entry.event) {
        delivery.bytes.writeBytes(entry.bytes)
        delivery.told = entry.id
      }
      delivery.place.event = entry.id
      delivery.isCut = delivery.bytes.readableBytes > Self.deliveryLimit
      if delivery.isCut { break }
    }
    if delivery.told < delivery.place.event {
      delivery.bytes.writeBytes(ServerSentEvent.cursor(delivery.place.event))
    }
    // While the store was read something may have changed.
    if !isBehind { given[question] = delivery }
    return delivery
  }

  private func takeMessages(_ delivery: inout Delivery) {
    if states.missed(after: delivery.place.state) > 0 {
      delivery.bytes.writeBytes(ServerSentEvent.refresh)
    }
    for message in states.messages(after: delivery.place.state) {
      delivery.bytes.writeBytes(message)
    }
    delivery.place.state = states.end
    if delivery.place.drive < driveChanges {
      delivery.bytes.writeBytes(ServerSentEvent.drive)
      delivery.place.drive = driveChanges
    }
    let missed = operationMessages.missed(after: delivery.place.operation)
    if missed > 0 { delivery.bytes.writeBytes(ServerSentEvent.operationsSkipped(missed)) }
    delivery.place.operation += missed
    for message in operationMessages.messages(after: delivery.place.operation) {
      delivery.bytes.writeBytes(message)
      delivery.place.operation += 1
      delivery.isCut = delivery.bytes.readableBytes > Self.deliveryLimit
      if delivery.isCut { return }
    }
  }

  /// A page of what lies before the ring.
  private func catchUp(
    _ delivery: inout Delivery, to start: Int64, _ selection: EventSelection
  ) async throws {
    if start - delivery.place.event > Self.patience {
      let (from, to) = (delivery.place.event + 1, start - Self.patience)
      delivery.bytes.writeBytes(ServerSentEvent.skipped(from: from, to: to))
      delivery.place.event = to
      delivery.told = to
    }
    let page = try await store.events(
      after: delivery.place.event, selection, limit: Self.pageLimit)
    for event in page where event.id <= start {
      delivery.bytes.writeBytes(ServerSentEvent.event(event))
      delivery.place.event = event.id
      delivery.told = event.id
      delivery.isCut = delivery.bytes.readableBytes > Self.deliveryLimit
      if delivery.isCut { return }
    }
    // A full page that reaches beyond the ring's beginning leaves nothing before it.
    delivery.isCut = page.count == Self.pageLimit && page.last.map { $0.id < start } ?? false
    if !delivery.isCut { delivery.place.event = start }
  }
}

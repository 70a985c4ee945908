extension ScriptStep {
  /// Where it happens, if it happens in a context.
  package var context: FakeContextKey? {
    switch self {
    case .log(_, let key), .duplicates(_, _, let key), .equalTimestamps(_, _, let key),
      .expireLease(_, let key), .setRecordingByOther(_, _, let key), .wipe(_, let key),
      .corrupt(_, let key), .register(_, let key), .unregister(_, let key),
      .startWorker(_, let key), .stopWorker(_, let key), .workerError(_, _, _, let key),
      .contextAppears(let key), .contextDisappears(let key), .openPage(_, let key),
      .closeAllTargets(let key):
      key
    case .storm(let storm): storm.context
    case .advanceClock, .clockJump, .disconnect, .disconnectMidFrame, .sendMalformed,
      .sendUnframed, .sendOversize, .crashWithoutClose, .restart, .delayReply, .neverReply,
      .errorReply,
      .replyNormally:
      nil
    }
  }
}

extension FakeService {
  /// An event of the service and a key of its metadata that takes any text.
  var fillerName: (name: String, key: String) {
    switch self {
    case .backgroundFetch: ("Request processing started", "URL")
    case .backgroundSync: ("Dispatched sync event", "Last Chance")
    case .periodicBackgroundSync: ("Got next event delay", "Next Attempt Delay (ms)")
    case .notifications: ("Notification displayed", "Title")
    case .pushMessaging: ("Push event dispatched", "Payload")
    case .paymentHandler: ("Payment response", "Details")
    }
  }
}

extension FakeService {
  /// The events of a story that ends well, each with the metadata that says so.
  package var story: [(name: String, metadata: [FakeEvent.Metadata])] {
    switch self {
    case .backgroundFetch:
      [
        ("Background Fetch registered", [.init(key: "Total Requests", value: "1")]),
        ("Background Fetch started", []),
        (
          "Background Fetch completed",
          [.init(key: "Event Type", value: "BackgroundFetchSuccessEvent")]
        ),
      ]
    case .backgroundSync:
      [
        ("Registered sync", []),
        ("Dispatched sync event", [.init(key: "Last Chance", value: "No")]),
        ("Sync completed", [.init(key: "Status", value: "succeeded")]),
      ]
    case .periodicBackgroundSync:
      [
        ("Registered periodicsync", [.init(key: "minInterval", value: "43200000")]),
        ("Dispatched periodicsync event", []),
        (
          "periodicsync event completed",
          [.init(key: "Next Attempt Delay (ms)", value: "43200000")]
        ),
      ]
    case .notifications:
      [
        ("Notification displayed", [.init(key: "Body", value: "")]), ("Notification clicked", []),
        ("Notification closed", []),
      ]
    case .pushMessaging:
      [
        ("Push message received", [.init(key: "Success", value: "Yes")]),
        ("Push event dispatched", []),
        ("Push event completed", [.init(key: "Status", value: "Success")]),
      ]
    case .paymentHandler:
      [
        ("Can make payment", []), ("Payment request", []),
        ("Payment response", [.init(key: "Type", value: "PAYMENT_EVENT_SUCCESS")]),
      ]
    }
  }
}

extension FakeEvent {
  func numbered(_ number: Int) -> FakeEvent {
    var event = self
    event.instanceID += ".\(number)"
    return event
  }

  /// With a value so long that the message, its session id included, has about `bytes`.
  func padded(toMessageBytes bytes: Int) -> FakeEvent {
    var message: [UInt8] = []
    var renderer = FakeEventRenderer()
    let session = String(repeating: "0", count: 32)
    renderer.append(self, sessionID: session, orderSeed: 0, to: &message)
    var event = self
    let missing = max(0, bytes - message.count)
    event.metadata[0].value += String(repeating: "x", count: missing)
    return event
  }
}

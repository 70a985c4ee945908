package import OffstageCore

/// A push that goes through the push service.
package struct RealPushStep: Sendable {
  package var payload: PushPayload
  package var scope: WrittenText?
  /// As JSON; nil for the one that the browser has.
  package var subscription: WrittenText?
  package var ttl: Int
  package var topic: WrittenText?
  package var urgency: PushMessage.Urgency?
  /// A private key, or the name of a file with one; nil for the scenario's own.
  package var key: WrittenText?
  /// What has to be answered.
  package var status: Int
  package var capture: WrittenText?

  /// - Parameter value: of `real`, which may be no more than `true`.
  init(
    _ value: WrittenValue, _ payload: PushPayload, scope: WrittenText?
  ) throws(ScenarioMistake) {
    self.payload = payload
    self.scope = scope
    subscription = try value.text("to")
    ttl = value.number("ttl") ?? 60
    topic = try value.text("topic")
    urgency = try value.text("urgency").flatMap { PushMessage.Urgency(rawValue: $0.text) }
    key = try value.text("vapid-key")
    status = value.number("status") ?? 201
    capture = try value.name("capture")
    if let scope, subscription != nil {
      throw ScenarioMistake("The subscription says whose worker it is.", at: scope.place)
    }
    if let capture, ScenarioRun.givenNames.contains(capture.text) {
      throw ScenarioMistake("“\(capture.text)” is taken.", at: capture.place)
    }
    if let capture, status != 201 {
      throw ScenarioMistake("A push that is refused has no id.", at: capture.place)
    }
  }
}

package struct PushExpectation: Sendable {
  /// Its id.
  package var message: WrittenText
  package var end: PushMessage.End
  package var within: Interval

  init(_ value: WrittenValue) throws(ScenarioMistake) {
    message = try value.texts("message")
    end = PushMessage.End(rawValue: try value.texts("end").text) ?? .acknowledged
    within = try value.interval("within") ?? EventExpectation.patience
  }
}

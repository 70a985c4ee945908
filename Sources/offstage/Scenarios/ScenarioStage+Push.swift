import CDP
import Foundation
import OffstageCapture
import OffstageCore
import OffstagePush
import OffstageScenario
import OffstageStore

extension ScenarioStage {
  private static let pause = Duration.milliseconds(100)

  /// As an application server that has the subscription and the key.
  func send(
    _ push: SentPush, patience: Interval
  ) async throws(StageError) -> SentPushAnswer {
    let key = try key(push.key)
    let text =
      if let given = push.subscription { given } else {
        try await subscription(of: push.worker, within: patience)
      }
    do {
      let subscription = try SubscriptionJSON(parsing: Array(text.utf8))
      // What a page calls its endpoint is not to lead anywhere else.
      guard subscription.endpoint.origin == setting.push.place.origin else {
        throw StageError(
          .unmet,
          "The subscription's endpoint is at \(subscription.endpoint.authority), "
            + "which is not the scenario's push service.",
          hint: "One of a profile that was used without a push service here has to be made anew.")
      }
      var message = OutgoingPush(payload: push.payload.map { Array($0.utf8) })
      (message.ttl, message.topic, message.urgency) = (push.ttl, push.topic, push.urgency)
      return SentPushAnswer(
        try await PushSender().send(
          message, to: subscription, signedBy: key, as: "mailto:scenario@localhost",
          until: SystemClock().now() + .hours(12)))
    } catch let error as StageError {
      throw error
    } catch let error as any PushFault {
      throw StageError(.unmet, error.message, hint: error.hint)
    } catch {
      throw StageError(.broken, "The push could not be sent: \(error).")
    }
  }

  func pushMessage(_ id: String) async throws(StageError) -> PushMessage? {
    do {
      return try await setting.store.pushMessage(id: id)
    } catch {
      throw StageError(endOf: error)
    }
  }

  /// A file is meant from where the scenario's lies.
  private func key(_ text: String?) throws(StageError) -> VAPIDKey {
    guard let text else { return setting.push.key }
    let folder = URL(fileURLWithPath: setting.scenario.place.file).deletingLastPathComponent()
    let path = URL(fileURLWithPath: text, relativeTo: folder).path
    do throws(PushEncryptionError) {
      return try VAPIDKey(parsing: (try? String(contentsOfFile: path, encoding: .utf8)) ?? text)
    } catch {
      throw StageError(.unmet, error.message, hint: error.hint)
    }
  }

  // MARK: The browser's subscription

  /// A page may be about to subscribe.
  private func subscription(
    of worker: WorkerSelector, within limit: Interval
  ) async throws(StageError) -> String {
    guard let connection else { throw .noBrowser }
    let end = ContinuousClock.now + limit.duration
    var others: [String] = []
    repeat {
      let found = try await subscriptions(on: connection)
      let fitting = found.filter { worker.scope == nil || $0.scope == worker.scope }
      if let one = fitting.first, fitting.count == 1 { return atOurService(one.subscription) }
      guard fitting.isEmpty else {
        throw StageError(
          .unmet, "\(fitting.count) workers of the site have subscribed.",
          hint: "scope: says which is meant: \(fitting.map(\.scope).joined(separator: ", ")).")
      }
      others = found.map(\.scope)
      guard (try? await Task.sleep(for: Self.pause)) != nil else { break }
    } while ContinuousClock.now < end
    throw StageError(
      .unmet, "The site has no push subscription\(worker.scope.map { " of \($0)" } ?? "").",
      hint: others.isEmpty
        ? "Its page subscribes with pushManager.subscribe(); "
          + "${application-server-key} is the key for that."
        : "Subscribed are \(others.joined(separator: ", ")).")
  }

  /// The browser is asked only once the service knows of any.
  private func subscriptions(
    on connection: Connection
  ) async throws(StageError) -> [SubscriptionLook.Found] {
    do {
      guard try await setting.store.pushSubscriptions().contains(where: { $0.end == nil }) else {
        return []
      }
      return try await SubscriptionLook(connection: connection).subscriptions(of: origin)
    } catch {
      throw StageError(endOf: error)
    }
  }

  /// The browser itself knows no address but its maker's.
  private func atOurService(_ subscription: String) -> String {
    guard
      var object = try? JSONSerialization.jsonObject(with: Data(subscription.utf8))
        as? [String: Any],
      let token = (object["endpoint"] as? String)?.split(separator: "/").last
    else { return subscription }
    object["endpoint"] = "\(setting.push.place.origin)/wp/\(token)"
    let data = try? JSONSerialization.data(withJSONObject: object)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? subscription
  }
}

extension SentPushAnswer {
  fileprivate init(_ answer: SendAnswer) {
    self.init(
      status: answer.status, id: answer.location?.split(separator: "/").last.map(String.init))
    let problem =
      try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    detail = problem?["detail"] as? String ?? (answer.isSuccess ? nil : answer.explanation)
    hint = problem?["hint"] as? String
  }
}

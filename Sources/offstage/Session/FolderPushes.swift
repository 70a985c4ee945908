import OffstageCore
import OffstagePush

/// Posts what triggers ask for to the data folder's own push service.
struct FolderPushes: PushPosting {
  let folder: DataFolder
  let clock: any WallClock

  func post(
    _ data: String?, to subscription: String
  ) async throws(TriggerAnswer.Refusal) {
    let subscription = try read(subscription)
    guard let key = FolderKey.read(in: folder.pushPath) else {
      throw TriggerAnswer.Refusal("This data folder has no push service.", hint: Self.hint)
    }
    let push = OutgoingPush(payload: data.map { Array($0.utf8) })
    let answer: SendAnswer
    do {
      answer = try await PushSender().send(
        push, to: subscription, signedBy: key, as: "mailto:offstage@localhost",
        until: clock.now() + .seconds(60))
    } catch let error as any PushFault {
      throw TriggerAnswer.Refusal(error.message, hint: error.hint)
    } catch {
      throw TriggerAnswer.Refusal("The push could not be posted: \(error).")
    }
    guard !answer.isSuccess else { return }
    throw TriggerAnswer.Refusal(
      "The push service answered with \(answer.status): \(answer.explanation ?? answer.reason)")
  }

  private static let hint =
    "`offstage open URL --push` starts one, and a browser that subscribes there."

  private func read(
    _ text: String
  ) throws(TriggerAnswer.Refusal) -> SubscriptionJSON {
    let subscription: SubscriptionJSON
    do throws(SubscriptionError) {
      subscription = try SubscriptionJSON(parsing: Array(text.utf8))
    } catch {
      throw TriggerAnswer.Refusal(error.message, hint: error.hint)
    }
    // Only there our key is taken; and what a page calls its endpoint is not to lead us elsewhere.
    guard subscription.endpoint.origin == PushHost.notedOrigin(in: folder) else {
      throw TriggerAnswer.Refusal(
        "The worker is subscribed with \(subscription.endpoint.authority), not with the push service "
          + "of this data folder.", hint: Self.hint)
    }
    return subscription
  }
}

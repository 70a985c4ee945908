import CDP
import JSON
import OffstageCore

/// What a trigger came to.
extension DriverStateMachine {
  /// All was done, and all that was expected has come.
  func result(_ course: DriverCourse) -> TriggerAnswer {
    if let wanted = course.action.handler, let known = known(course), !known.contains(wanted) {
      if let error = startError(course) {
        return TriggerAnswer(
          .nothing,
          reason:
            "The worker's script throws as it starts, and its handler for \(wanted) is missing: "
            + error.sentence,
          hint: "Mend the error: what stands below that line was not run.")
      }
      return TriggerAnswer(
        .nothing,
        reason: "The worker does not handle \(wanted): the browser dispatched the event, and "
          + "nothing came of it.",
        hint: "Add self.addEventListener('\(wanted)', …) at the top level of its script.")
    }
    if case .abortFetch(_, let id) = course.action, course.claimed == 0 {
      return TriggerAnswer(
        .nothing, reason: "The worker has no background fetch “\(id)” under way.",
        hint: "`offstage operations --service fetch` lists those that are.")
    }
    return TriggerAnswer(.done, reason: course.end ?? course.note)
  }

  /// Its time is over.
  func late(_ course: DriverCourse) -> TriggerAnswer {
    if course.isAnswerable { return result(course) }
    switch (course.steps.first, course.action) {
    case (.run?, _):
      let error = startError(course)
      return TriggerAnswer(
        .failed, reason: "The worker did not start in time\(error.map { ": \($0)" } ?? ".")")
    case (.events?, .network):
      let tags = course.awaited.map { "“\($0.instance ?? "")”" }.joined(separator: ", ")
      return TriggerAnswer(.done, reason: "Not dispatched so far: \(tags).")
    case (.postPush?, _):
      return TriggerAnswer(.failed, reason: "The push service did not answer in time.")
    case (.events?, _) where course.claimed > 0:
      return TriggerAnswer(.done, reason: "The handler has not finished so far.")
    case (.events?, _):
      return TriggerAnswer(.nothing)
    case (.until(.active)?, _):
      return TriggerAnswer(
        .failed, reason: "The worker is being installed, or waits to become active.",
        hint: "Close the site's pages, or call skipWaiting() in its install handler.")
    case (.until?, .worker(_, .update)):
      return TriggerAnswer(
        .nothing, reason: "No new version came: the script is the same, or can't be fetched.")
    default:
      return TriggerAnswer(.failed, reason: "The browser did not do it in time.")
    }
  }

  mutating func fail(_ course: DriverCourse, _ reason: String, hint: String? = nil) {
    courses[course.trigger] = nil
    leave(course)
    answer(
      course.trigger,
      course.isAnswerable
        ? result(course) : TriggerAnswer(.failed, reason: reason.sentence, hint: hint))
  }

  mutating func leave(_ course: DriverCourse) {
    guard course.isOwnSession, let session = course.session else { return }
    post(.detach(session), session: nil, for: 0)
  }

  private func startError(_ course: DriverCourse) -> String? {
    course.registration.flatMap { boards[course.place.context]?.startError(of: $0.id) }
  }

  private func known(_ course: DriverCourse) -> Set<String>? {
    guard let id = course.registration?.id,
      let version = boards[course.place.context]?.active(of: id)
    else { return nil }
    return listeners[version.id]
  }
}

extension DriverCourse {
  /// How the handler ended, where that is not well.
  fileprivate var end: String? {
    switch status {
    case "waitUntil Rejected": "The handler's promise was rejected."
    case "Timeout": "The handler did not finish in time."
    default: nil
    }
  }
}

extension TriggerAction {
  /// The event that its worker has to listen to.
  fileprivate var handler: String? {
    switch self {
    case .push, .webPush: "push"
    case .sync: "sync"
    case .periodicSync: "periodicsync"
    default: nil
    }
  }
}

extension String {
  fileprivate var sentence: String {
    let sentence = prefix(1).uppercased() + dropFirst()
    return sentence.last.map { ".!?”".contains($0) } ?? true ? sentence : sentence + "."
  }
}

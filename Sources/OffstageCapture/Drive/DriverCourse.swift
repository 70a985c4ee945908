import CDP
import JSON
import OffstageCore

/// One trigger on its way: what is left to be done, and what it is expected to cause.
struct DriverCourse: Sendable {
  /// Each is over by a reply, by what the browser tells of its workers, or by events.
  enum Step: Sendable, Hashable {
    case send(DriverCommand)
    /// The worker runs; it is started if it does not.
    case run
    /// A session of our own with the worker that runs.
    case attach
    /// Said within that session.
    case tell(DriverCommand)
    case leave
    /// What the worker told is its subscription, and a push service has taken a push for that.
    case postPush
    /// All awaited events have come.
    case events
    case until(Condition)
    case beOffline
    case beOnline
    /// It is known what the worker listens to.
    case listeners
    case learnListeners(version: String)
  }

  enum Condition: Sendable, Hashable {
    /// Events reach it.
    case active
    case stopped
    case gone
    /// A version that is none of these.
    case version(besides: Set<String>)
  }

  enum Progress: Sendable {
    case fresh
    case sent
    case replied(RawJSON)
  }

  let trigger: Int64
  let action: TriggerAction
  let place: DriverStateMachine.Place
  var registration: WorkerBoard.Registration?
  var steps: [Step] = []
  var progress = Progress.fresh
  /// In the order in which they come, or in any.
  var awaited: [AwaitedEvent] = []
  var isInOrder = true
  var claimed = 0
  /// Of equal events the one is meant whose turn is first.
  var turn = 0
  /// The newest event of each service before it was asked: what a replay shows anew is older.
  var newest: [Int64] = []
  var session: SessionID?
  var isOwnSession = false
  /// What an expression came to.
  var value: RawJSON?
  /// How the handler ended, if the browser says so.
  var status: String?
  /// Said with the answer.
  var note: String?
  /// What only adds to the answer is under way: if that fails, it is left out.
  var isAnswerable = false

  init(trigger: Int64, action: TriggerAction, place: DriverStateMachine.Place) {
    self.trigger = trigger
    self.action = action
    self.place = place
  }

  var worker: WorkerKey? { registration.map { WorkerKey(context: place.context, id: $0.id) } }

  /// Takes the event if it is one of the awaited.
  func place(of event: LoggedEvent) -> Int? {
    guard event.timestamp.micros > newest[event.service.code] else { return nil }
    if isInOrder { return awaited.first?.matches(event) == true ? 0 : nil }
    return awaited.firstIndex { $0.matches(event) }
  }
}

/// A registration: its id is given anew in each browser context.
struct WorkerKey: Sendable, Hashable {
  var context: CaptureStateMachine.ContextNumber
  var id: String
}

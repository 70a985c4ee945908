package import CDP

/// Has pages and workers see the endpoints of their push subscriptions at our push service.
///
/// Chromium's endpoints name a host of Google's, whatever service it is pointed at. A script that runs
/// before a page's own changes what `PushSubscription` says of itself; application servers then send
/// to us. Pages get it by `Page.addScriptToEvaluateOnNewDocument`. Workers are paused at their
/// start, each time: of a restart there is no new target, only a new execution context of the old
/// session, and a worker that is not resumed never gets its push (Docs/push.md, “Endpoints”).
package struct EndpointRewriter: Sendable {
  package enum Command: Sendable, Hashable {
    /// Of the browser's own targets, or of the frames of a page.
    case attachToNew([String])
    case enablePage
    case addScript(String)
    case enableRuntime
    case enableInspector
    case evaluate(String)
    case resume
    case closeDialog(accept: Bool)
  }

  package enum Action: Sendable, Hashable {
    case post(Command, session: SessionID?, ticket: UInt64)
    /// All pages and workers that were there have the script.
    case isReady
  }

  /// Tells our replies from those of others on the same connection.
  static let ticketBit: UInt64 = 1 << 62

  private enum Kind {
    case page
    case worker
  }

  private let script: String
  /// Nobody else is there to close what a page opens with `alert()`.
  private let closesDialogs: Bool
  private var targets: [SessionID: Kind] = [:]
  private var lastTicket = ticketBit
  private var beginning: UInt64?
  private var awaited: Set<UInt64> = []
  private var isReady = false

  /// - Parameter origin: where the push service listens, as `http://127.0.0.1:7789`.
  package init(origin: String, closesDialogs: Bool) {
    script = Self.script(origin: origin)
    self.closesDialogs = closesDialogs
  }

  package mutating func start() -> [Action] {
    let action = post(.attachToNew(["page", "service_worker"]), nil)
    beginning = lastTicket
    return [action]
  }

  package mutating func receive(_ message: InboundMessage) -> [Action] {
    switch message.content {
    case .reply(let ticket, _): receive(reply: ticket)
    case .event(let event): receive(event, in: message.session)
    case .malformed: []
    }
  }

  private mutating func receive(reply ticket: UInt64) -> [Action] {
    if ticket == beginning { beginning = nil } else { awaited.remove(ticket) }
    guard lastTicket > Self.ticketBit, beginning == nil, awaited.isEmpty, !isReady else {
      return []
    }
    isReady = true
    return [.isReady]
  }

  private mutating func receive(_ event: ProtocolEvent, in session: SessionID?) -> [Action] {
    switch event {
    case .targetAttachedToTarget(let attached):
      // Who else attaches to a target on this connection does not have it wait.
      guard attached.waitingForDebugger || beginning != nil else { return [] }
      return attach(attached)
    case .targetDetachedFromTarget(let detached):
      targets[detached.sessionId] = nil
      return []
    case .runtimeExecutionContextCreated:
      guard let session, case .worker? = targets[session] else { return [] }
      return [post(.evaluate(script), session), post(.resume, session)]
    case .pageJavascriptDialogOpening(let dialog):
      guard closesDialogs, !dialog.hasBrowserHandler, let session, case .page? = targets[session]
      else { return [] }
      // As a browser without a window does that nobody is connected to.
      return [post(.closeDialog(accept: dialog.type == .beforeunload), session)]
    default:
      return []
    }
  }

  private mutating func attach(_ attached: Target.AttachedToTarget) -> [Action] {
    let session = attached.sessionId
    switch attached.targetInfo.type {
    case "page", "iframe":
      targets[session] = .page
      var actions = [post(.enablePage, session), post(.addScript(script), session)]
      if !isReady { awaited.insert(lastTicket) }
      // Frames of other sites are targets of their own, below their page.
      actions.append(post(.attachToNew(["iframe"]), session))
      actions.append(post(.resume, session))
      return actions
    case "service_worker":
      targets[session] = .worker
      var actions = [
        post(.enableRuntime, session), post(.enableInspector, session),
        post(.evaluate(script), session),
      ]
      if !isReady { awaited.insert(lastTicket) }
      actions.append(post(.resume, session))
      return actions
    default:
      return [post(.resume, session)]
    }
  }

  private mutating func post(_ command: Command, _ session: SessionID?) -> Action {
    lastTicket += 1
    return .post(command, session: session, ticket: lastTicket)
  }

  // MARK: The script

  /// What stands before the path in the endpoints of Chromium, by channel and brand
  /// (chrome/browser/push_messaging/push_messaging_utils.cc).
  private static func script(origin: String) -> String {
    """
    (() => {
      const prototype = self.PushSubscription?.prototype;
      if (!prototype) return;
      const mark = Symbol.for("offstage.endpoint");
      if (prototype[mark]) return;
      const ours = (endpoint) => endpoint.replace(
        /^https:\\/\\/(?:jmt17\\.google\\.com|fcm\\.googleapis\\.com)(?=\\/)/, "\(origin)");
      const endpoint = Object.getOwnPropertyDescriptor(prototype, "endpoint");
      const toJSON = prototype.toJSON;
      Object.defineProperties(prototype, {
        [mark]: { value: true },
        endpoint: { ...endpoint, get() { return ours(endpoint.get.call(this)); } },
        toJSON: {
          value: { toJSON() {
            const json = toJSON.call(this);
            return { ...json, endpoint: ours(json.endpoint) };
          } }.toJSON,
          configurable: true, enumerable: true, writable: true,
        },
      });
    })();
    """
  }
}

import ArgumentParser
import CDP
import Foundation
import OffstageCore
import OffstagePush
import OffstageServer

/// The root command: its help shows examples before anything else.
struct Offstage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offstage",
    abstract: "The flight recorder for what a web app does while nobody is looking.",
    discussion: """
      Records Background Fetch, Background Sync, Periodic Background Sync, Notifications, Push \
      Messaging and Payment Handler from any Chromium-family browser.

      EXAMPLES
        offstage demo                          a real browser on a sample site, recorded
        offstage open https://app.example      launch a browser on your site and record it
        offstage attach --port 9222            record a browser that already runs
        offstage events --service push -n 20   the newest 20 push events
        offstage events --follow --jsonl       everything as it comes, one JSON a line
        offstage explain --since 1h            what went wrong, why, and what to do
        offstage record status                 what is recorded, until when
        offstage test scenarios/               what is to happen in the background, as tests
      """,
    version: "offstage \(Version.current)",
    subcommands: [
      DemoVerb.self, OpenVerb.self, AttachVerb.self, ServeVerb.self, UIVerb.self, EventsVerb.self,
      ShowVerb.self, OperationsVerb.self, ExplainVerb.self, GapsVerb.self, NotificationsVerb.self,
      RecordVerb.self, ClearVerb.self, TriggerVerb.self, PushVerb.self, TestVerb.self,
      CodegenVerb.self, ExportVerb.self, ImportVerb.self, InspectVerb.self, DoctorVerb.self,
      VerifyVerb.self,
    ])
}

enum Version {
  static let current = "0.1.0"
}

/// What the process ends with.
enum ExitStatus: Int32 {
  case ok = 0
  /// The verdict is no.
  case no = 1
  case usage = 2
  /// No browser, a port that is taken, a store that can't be read.
  case environment = 3
}

/// An end that is no error: the verdict was given.
struct VerdictNo: Error {}

/// An end that is no error either: the environment kept the verdict from being given, and it was said
/// how.
struct VerdictUnknown: Error {}

@main
struct Main {
  static func main() async {
    // A reader that has seen enough, such as head, is no error.
    signal(SIGPIPE, SIG_IGN)
    var status = ExitStatus.ok
    do {
      let words = Array(CommandLine.arguments.dropFirst())
      try VerbNames.check(words)
      let arguments = try ExcludingWords.spelledOut(words)
      var command = try Offstage.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      status = report(error)
    }
    Talk.shared.flush(within: .seconds(2))
    exit(status.rawValue)
  }

  /// Says what went wrong, in one sentence and a hint.
  private static func report(_ error: any Error) -> ExitStatus {
    switch error {
    case is VerdictNo: return .no
    case is VerdictUnknown: return .environment
    case is OutputClosed: return .ok
    case let error as UsageError:
      say(error.message, hint: error.hint)
      return .usage
    case let error as StoreError:
      say(error.message, hint: error.hint)
      return error.code == .notFound ? .usage : .environment
    case let error as InspectError:
      say(error.message, hint: error.hint)
      return .environment
    case let error as CDPError:
      let underlying = error.underlying.map { " (\($0))" } ?? ""
      say((error.context + underlying).capitalizedSentence, hint: error.nextStep)
      return error.code == .invalidArgument ? .usage : .environment
    case let error as PushError:
      say(error.message, hint: error.hint)
      return .environment
    case let error as ServerError:
      say(error.message, hint: error.hint)
      return .environment
    case let error as PushSendError:
      say(error.message, hint: error.hint)
      return error == .certificateUnreadable ? .usage : .environment
    case let error as any PushFault:
      say(error.message, hint: error.hint)
      return .usage
    case is CancellationError: return .ok
    default: return reportParsing(error)
    }
  }

  private static func reportParsing(_ error: any Error) -> ExitStatus {
    let code = Offstage.exitCode(for: error)
    let message = Offstage.fullMessage(for: error)
    if code.isSuccess {
      print(message)
      return .ok
    }
    guard code == .validationFailure else {
      say("\(error)", hint: nil)
      return .environment
    }
    Talk.shared.say(message + "\n", isNeeded: true)
    return .usage
  }

  private static func say(_ message: String, hint: String?) {
    let hint = hint.map { "\n" + $0 } ?? ""
    Talk.shared.say("offstage: \(message)\(hint)".escapedLines + "\n", isNeeded: true)
  }
}

extension String {
  /// A sentence of its own: a capital at the start, a full stop at the end.
  var capitalizedSentence: String {
    let sentence = prefix(1).uppercased() + dropFirst()
    return sentence.last.map { ".!?”".contains($0) } ?? true ? sentence : sentence + "."
  }
}

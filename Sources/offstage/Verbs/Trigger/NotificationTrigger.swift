import ArgumentParser
import CDP
import OffstageCore

struct NotificationTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notification",
    abstract: "Click, answer or dismiss a notification, as a person does.",
    discussion: """
      It must be on a screen of Offstage's: `offstage notifications` lists those that are. Of several \
      that are meant it is the newest; one that is yet to come is waited for.

      EXAMPLES
        offstage trigger notification click
        offstage trigger notification action 0 --tag chat
        offstage trigger notification reply "On my way" --title "Ada writes"
        offstage trigger notification dismiss --number 3
      """)

  enum Gesture: String, CaseIterable, ExpressibleByArgument {
    case click, action, reply, dismiss
  }

  @Argument(help: "click, action, reply or dismiss.")
  var gesture: Gesture

  @Argument(help: "The button's place from 0, or the text of the reply.")
  var argument: String?

  @Option(help: "The notification's tag.")
  var tag: String?

  @Option(help: "The notification's title.")
  var title: String?

  @Option(help: "The origin that shows it.")
  var origin: String?

  @Option(help: "The number that `offstage notifications` prints.")
  var number: UInt32?

  @OptionGroup var options: TriggerOptions

  func validate() throws { _ = try made() }

  func run() async throws {
    let selector = NotificationSelector(
      origin: try origin.map { try WorkerSelector.origin(parsing: PageURL.parse($0)) }, tag: tag,
      title: title, number: number)
    try await TriggerVerb.run(.notification(selector, try made()), options)
  }

  private func made() throws -> NotificationGesture {
    switch (gesture, argument) {
    case (.click, nil): return .click
    case (.dismiss, nil): return .dismiss
    case (.action, let text?):
      guard let place = Int(text), place >= 0 else {
        throw ValidationError("“\(text.escapedForTerminal)” is no button; they count from 0.")
      }
      return .action(place)
    case (.reply, let text?): return .reply(text)
    case (.action, nil): throw ValidationError("Say which button, from 0: action 0.")
    case (.reply, nil): throw ValidationError("Say what to reply: reply \"On my way\".")
    case (.click, _), (.dismiss, _):
      throw ValidationError("“\(gesture.rawValue)” takes nothing more.")
    }
  }
}

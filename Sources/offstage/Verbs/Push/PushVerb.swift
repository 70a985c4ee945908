import ArgumentParser

struct PushVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Real Web Push: the service on this machine, keys, sending, what is in a body.",
    discussion: """
      EXAMPLES
        offstage open http://localhost:3000 --push     a browser whose pushes come from here
        offstage push subscriptions                    where to send to
        offstage push messages                         what was sent, and what became of it
        offstage push serve                            the service alone, for other browsers
      """,
    subcommands: [PushServe.self, PushSubscriptions.self, PushMessages.self])
}

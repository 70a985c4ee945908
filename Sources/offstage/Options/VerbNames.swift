import ArgumentParser
import OffstageCore

/// A verb that was mistyped is an argument that nobody expects, to the parser.
enum VerbNames {
  static func check(_ arguments: [String]) throws {
    var command: any ParsableCommand.Type = Offstage.self
    var path = "offstage"
    for word in arguments {
      let verbs = command.configuration.subcommands
      guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
      let names = verbs.map { $0._commandName }
      guard let index = names.firstIndex(of: word) else {
        let guess = NearestWord.to(word, among: names).map { "Did you mean \($0)? " } ?? ""
        throw UsageError(
          "There is no verb “\(word.escapedForTerminal)” of \(path).",
          hint: "\(guess)\(path) --help lists them.")
      }
      command = verbs[index]
      path += " " + word
    }
  }
}

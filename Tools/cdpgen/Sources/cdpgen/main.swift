import Foundation

let usage = """
  usage: cdpgen cut USED FULL-PROTOCOL.json BROWSER > protocol.json
         cdpgen generate USED protocol.json OUTPUT-FOLDER
  """

func load(_ path: String) throws -> ProtocolDescription {
  try JSONDecoder().decode(
    ProtocolDescription.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
}

do {
  let arguments = CommandLine.arguments
  guard arguments.count == 5 else { throw Failure(usage) }
  let used = try Used(parsing: String(contentsOfFile: arguments[2], encoding: .utf8))
  var description = try load(arguments[3]).cut(to: used)
  switch arguments[1] {
  case "cut":
    description.browser = arguments[4]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    FileHandle.standardOutput.write(try encoder.encode(description) + Data("\n".utf8))
  case "generate":
    let folder = URL(fileURLWithPath: arguments[4])
    for (name, text) in Generator(description, used).files() {
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
  default:
    throw Failure(usage)
  }
} catch {
  FileHandle.standardError.write(Data("cdpgen: \(error)\n".utf8))
  exit(1)
}

import Foundation

// embedfiles OUTPUT ROOT FILE…: writes the files as Swift source, named by their paths below ROOT.

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first, let root = arguments.dropFirst().first else {
  FileHandle.standardError.write(Data("usage: embedfiles OUTPUT ROOT FILE…\n".utf8))
  exit(2)
}

var source = """
  // Written by embedfiles at build time.

  /// The files of `Web`, by their path in it, in base64.
  enum EmbeddedFiles {
    static let base64: [String: String] = [

  """
for file in arguments.dropFirst(2).sorted() {
  let name = file.hasPrefix(root + "/") ? String(file.dropFirst(root.count + 1)) : file
  let data = try Data(contentsOf: URL(fileURLWithPath: file))
  source += "    \"\(name)\": \"\(data.base64EncodedString())\",\n"
}
source += "  ]\n}\n"
try source.write(toFile: output, atomically: true, encoding: .utf8)

import CDP
import Foundation

/// What a browser's executable says of itself, without being started as a browser.
enum BrowserVersion {
  static func read(_ browser: BrowserExecutable) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: browser.path)
    process.arguments = ["--version"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = (try? output.fileHandleForReading.readToEnd()) ?? nil
    process.waitUntilExit()
    let text = data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = text.split(separator: "\n").first?.trimmingCharacters(in: .whitespaces)
    return process.terminationStatus == 0 ? line : nil
  }
}

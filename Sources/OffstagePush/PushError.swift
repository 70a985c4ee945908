import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why the push service can't be.
package struct PushError: Error, Sendable, CustomStringConvertible {
  package enum Code: Sendable, Hashable {
    case portTaken
    case cannotListen
    case certificate
    case notRunning
  }

  package var code: Code
  package var message: String
  package var hint: String?

  package init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  package var description: String { message }

  init(port: Int, _ error: any Error) {
    guard let error = error as? IOError, error.errnoCode == EADDRINUSE else {
      self.init(.cannotListen, "The push service can't listen on port \(port): \(error)")
      return
    }
    self.init(
      .portTaken, "The port \(port) of the push service is taken.",
      hint: "Choose another one with --push-port, or 0 for any.")
  }
}

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Why the server could not start.
package struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case portTaken
    case portRefused
  }

  package var code: Code
  /// One sentence.
  package var message: String
  package var hint: String?

  package var description: String { message }

  static func taken(port: Int, by holder: PortHolder?) -> ServerError {
    ServerError(
      code: .portTaken,
      message: "Port \(port) is taken by \(holder?.description ?? "another process").",
      hint: "Choose another one with --ui-port, or leave the option out to get a free one.")
  }

  static func refused(port: Int, errno: Int32) -> ServerError {
    ServerError(
      code: .portRefused,
      message: "Port \(port) can't be listened on: \(String(cString: strerror(errno))).",
      hint: "Choose another one with --ui-port; ports below 1024 are the administrator's.")
  }
}

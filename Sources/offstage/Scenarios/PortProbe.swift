import NIOCore
import NIOPosix

/// Whether somebody takes connections at a port.
enum PortProbe {
  static func isOpen(host: String, port: Int) async -> Bool {
    let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(2)).connect(host: host, port: port).get()
    try? await channel?.close()
    return channel != nil
  }
}

internal import Hummingbird
package import Logging
internal import NIOCore
package import OffstageCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The HTTP API over what is recorded: the control channel of the verbs, and what the pages ask.
package struct OffstageServer: Sendable {
  private let configuration: Configuration
  private let api: API
  private let logger: Logger

  package init(
    configuration: Configuration, store: any EventStore, locks: SourceLocks,
    clock: any WallClock, logger: Logger
  ) {
    self.configuration = configuration
    self.logger = logger
    api = API(
      store: store, locks: locks, clock: clock, version: configuration.version,
      token: configuration.token,
      codes: configuration.assets.isEmpty ? nil : configuration.codes,
      hub: StreamHub(store: store, locks: locks, clock: clock),
      spoolFolder: configuration.spoolFolder,
      importLimit: configuration.importLimit, reportPage: configuration.reportPage,
      looking: configuration.looking, desks: configuration.desks,
      scenarioWriter: configuration.scenarioWriter,
      pushes: configuration.pushes, pushOrigin: configuration.pushOrigin)
  }

  /// Serves until the task is cancelled; `onReady` is told the port once requests are taken.
  package func run(
    onReady: @escaping @Sendable (Int) async throws -> Void = { _ in }
  ) async throws {
    for port in configuration.candidatePorts {
      do {
        return try await serve(on: port, onReady: onReady)
      } catch let error as IOError {
        guard error.errnoCode == EADDRINUSE else {
          throw ServerError.refused(port: port, errno: error.errnoCode)
        }
        guard !configuration.isPortExplicit else {
          throw ServerError.taken(port: port, by: PortHolder.of(port: port))
        }
        logger.debug("The port is taken.", metadata: ["port": "\(port)"])
      }
    }
    // The last candidate is 0, which is free unless the machine has run out of ports.
    throw ServerError.refused(port: 0, errno: EADDRINUSE)
  }

  private func serve(
    on port: Int, onReady: @escaping @Sendable (Int) async throws -> Void
  ) async throws {
    let bound = BoundPort()
    let (ready, announce) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      responder: responder(at: bound),
      server: DroppableHTTP1Channel.builder,
      configuration: .init(address: .hostname(configuration.host, port: port)),
      onServerRunning: { channel in
        // No connection is taken before this returns, so that the guard always knows its port.
        bound.value = channel.localAddress?.port ?? port
        announce.yield(bound.value)
      },
      logger: logger)
    var running: RunningFile?
    defer { running?.remove() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { announce.finish() }
        do {
          try await application.run()
        } catch {
          // Whoever cancels the server knows why it ends.
          guard Task.isCancelled else { throw error }
        }
      }
      group.addTask { await api.hub.run() }
      for await port in ready {
        running = try configuration.noteRunning(on: port, at: api.clock.now())
        try await onReady(port)
      }
      // The server has ended, and with it what works for it.
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private func responder(at port: BoundPort) -> some HTTPResponder<BasicRequestContext> {
    let routes = api.routes
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemResponses(routes: routes, logger: logger))
    router.add(
      middleware: GuardMiddleware(
        requestGuard: RequestGuard(
          token: configuration.token, extraHosts: configuration.extraHosts),
        port: port))
    router.add(middleware: AssetMiddleware(assets: configuration.assets))
    for route in routes { route.add(to: router) }
    return router.buildResponder()
  }
}

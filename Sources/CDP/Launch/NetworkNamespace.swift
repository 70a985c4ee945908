#if os(Linux)
  #if canImport(Glibc)
    import Glibc

    private let systemBind = Glibc.bind
  #else
    import Musl

    private let systemBind = Musl.bind
  #endif

  import Synchronization

  /// A network of its own for a browser: it goes down and comes up again as a person's does, and the
  /// browser finds that out by itself. Only this machine can be reached from within.
  ///
  /// It has no name: it is gone with the last process in it and our descriptor, however we end, and its
  /// link goes with it. Needs root, and `ip` of iproute2.
  package final class NetworkNamespace: Sendable {
    /// Where servers of this machine are reached from within, if they listen there.
    package let hostAddress: String
    /// Our end of the link.
    let link: String
    private let descriptor: CInt
    private let ip: String

    /// How many this process has made, and where in the addresses it began.
    private static let made = Atomic(0)
    private static let first = Int.random(in: 0..<16384)

    /// What the names of a process's links begin with.
    package static func links(of process: Int32) -> String { "ofs\(process % 100_000)x" }

    /// The end of the link that is within.
    private static let inner = "net0"

    package static func isPossible(environment: [String: String]) -> Bool {
      geteuid() == 0 && tool(environment) != nil
    }

    package init(environment: [String: String] = Machine.environment) async throws(CDPError) {
      guard geteuid() == 0 else {
        throw CDPError(
          .system, "only root can make a network for a browser",
          hint: "Run it as root, or without --real-offline.")
      }
      guard let ip = Self.tool(environment) else {
        throw CDPError(
          .system, "there is no `ip`, which makes a network for a browser",
          hint: "Install iproute2.")
      }
      self.ip = ip
      descriptor = try Self.make()
      // Four addresses: ours, the browser's, and two that a network keeps for itself.
      let number = Self.made.add(1, ordering: .relaxed).newValue
      let place = (Self.first + number) % 16384 * 4
      let prefix = "10.77.\(place >> 8)"
      hostAddress = "\(prefix).\((place & 255) + 1)"
      let browserAddress = "\(prefix).\((place & 255) + 2)"
      // Fourteen characters of the fifteen that a link's name may have.
      link = Self.links(of: getpid()) + "\(number % 100_000)"
      do {
        try await run(
          "link", "add", link, "type", "veth", "peer", "name", Self.inner, "netns",
          "/proc/self/fd/3")
        try await run("addr", "add", "\(hostAddress)/30", "dev", link)
        try await run("link", "set", link, "up")
        try await runWithin("addr", "add", "\(browserAddress)/30", "dev", Self.inner)
        try await runWithin("link", "set", "lo", "up")
        try await runWithin("link", "set", Self.inner, "up")
      } catch {
        close(descriptor)
        throw error
      }
    }

    deinit { close(descriptor) }

    /// Pulls the plug, or puts it in again. The browser's own loopback stays: while that is down
    /// connections to it don't fail, they wait.
    package func set(isUp: Bool) async throws(CDPError) {
      try await runWithin("link", "set", Self.inner, isUp ? "up" : "down")
    }

    /// A socket of the browser's own loopback, bound to a port there; it is the caller's.
    package func bind(port: Int) throws(CDPError) -> CInt {
      try within { () throws(CDPError) -> CInt in
        guard let port = UInt16(exactly: port) else {
          throw CDPError(.system, "there is no port \(port)")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            systemBind(descriptor, $0, length) == 0
          }
        }
        guard descriptor >= 0, isBound else {
          let failure = CDPError(
            .system, "port \(port) of the browser's network could not be had",
            underlying: Files.errorText())
          if descriptor >= 0 { close(descriptor) }
          throw failure
        }
        return descriptor
      }
    }

    /// Takes the link away. By itself it would go when the kernel has given up what was still to be
    /// sent over it, which takes minutes if it was down.
    package func end() async {
      try? await run("link", "delete", link)
    }

    /// Runs `body` on a thread that is within: what it starts stays there.
    func within<Value: Sendable>(
      _ body: @escaping @Sendable () throws(CDPError) -> Value
    ) throws(CDPError) -> Value {
      let descriptor = descriptor
      return try Self.onThread { () throws(CDPError) -> Value in
        let setns: Call2? = Self.function("setns")
        guard let setns, setns(descriptor, Self.newNet) == 0 else {
          throw Self.failure("entered")
        }
        return try body()
      }
    }

    // MARK: ip

    private func run(_ arguments: String...) async throws(CDPError) {
      try await run(arguments, descriptors: [3: descriptor], within: nil)
    }

    private func runWithin(_ arguments: String...) async throws(CDPError) {
      try await run(arguments, descriptors: [:], within: self)
    }

    private func run(
      _ arguments: [String], descriptors: [CInt: CInt], within network: NetworkNamespace?
    ) async throws(CDPError) {
      let process = try ChildProcess(
        PosixSpawn.Request(
          executable: ip, arguments: arguments, environment: [:], descriptors: descriptors,
          network: network))
      let status = await process.waitForExit(timeout: .seconds(10))
      guard status == .exited(0) else {
        process.signalGroup(SIGKILL)
        throw CDPError(
          .system, "the browser's network could not be made",
          underlying:
            "ip \(arguments.joined(separator: " ")): \(status.map { "\($0)" } ?? "no end")")
      }
    }

    private static func tool(_ environment: [String: String]) -> String? {
      let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
      return (folders + ["/usr/sbin", "/sbin"]).lazy.map { "\($0)/ip" }.first {
        access($0, X_OK) == 0
      }
    }

    // MARK: The kernel

    /// CLONE_NEWNET of linux/sched.h.
    private static let newNet: CInt = 0x4000_0000

    private typealias Call1 = @convention(c) (CInt) -> CInt
    private typealias Call2 = @convention(c) (CInt, CInt) -> CInt

    /// GNU functions, which the headers hide from Swift.
    private static func function<Function>(_ name: String) -> Function? {
      guard let program = dlopen(nil, RTLD_NOW) else { return nil }
      defer { dlclose(program) }
      return dlsym(program, name).map { unsafeBitCast($0, to: Function.self) }
    }

    private static func make() throws(CDPError) -> CInt {
      try onThread { () throws(CDPError) -> CInt in
        guard let unshare: Call1 = function("unshare"), unshare(newNet) == 0 else {
          throw failure("made")
        }
        let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("made") }
        return descriptor
      }
    }

    private static func failure(_ verb: String) -> CDPError {
      CDPError(
        .system, "the browser's network could not be \(verb)", underlying: Files.errorText())
    }

    /// A thread keeps the network that it has entered: each has one of its own, which ends.
    private static func onThread<Value: Sendable>(
      _ body: @escaping @Sendable () throws(CDPError) -> Value
    ) throws(CDPError) -> Value {
      let work = ThreadWork { () throws(CDPError) in try body() }
      var thread = pthread_t()
      let started = pthread_create(
        &thread, nil,
        { context in
          Unmanaged<ThreadWorkBase>.fromOpaque(context!).takeUnretainedValue().run()
          return nil
        }, Unmanaged<ThreadWorkBase>.passUnretained(work).toOpaque())
      guard started == 0 else {
        throw CDPError(
          .system, "a thread could not be started", underlying: Files.errorText(started))
      }
      pthread_join(thread, nil)
      return try work.result()
    }
  }

  private class ThreadWorkBase {
    func run() {}
  }

  private final class ThreadWork<Value>: ThreadWorkBase {
    private let body: () throws(CDPError) -> Value
    private var outcome: Result<Value, CDPError>?

    init(_ body: @escaping () throws(CDPError) -> Value) {
      self.body = body
    }

    override func run() {
      outcome = Result { () throws(CDPError) in try body() }
    }

    /// Once the thread has ended.
    func result() throws(CDPError) -> Value {
      guard let outcome else { throw CDPError(.system, "a thread ended before its work") }
      return try outcome.get()
    }
  }
#else
  /// Linux has such networks; here none can be made.
  package final class NetworkNamespace: Sendable {
    package let hostAddress = "127.0.0.1"

    package static func isPossible(environment: [String: String]) -> Bool { false }

    package init(environment: [String: String] = Machine.environment) async throws(CDPError) {
      throw CDPError(
        .system, "a network for a browser can only be made on Linux",
        hint: "Run it without --real-offline.")
    }

    package func set(isUp: Bool) async throws(CDPError) {}

    package func bind(port: Int) throws(CDPError) -> CInt { -1 }

    package func end() async {}

    func within<Value: Sendable>(
      _ body: @escaping @Sendable () throws(CDPError) -> Value
    ) throws(CDPError) -> Value { try body() }
  }
#endif

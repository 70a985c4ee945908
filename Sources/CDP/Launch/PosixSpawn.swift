#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The one place where processes are started.
///
/// The child leads a process group of its own, so that the terminal's Ctrl-C does not reach it and
/// all of it can be ended at once. It inherits the descriptors named here and no others: a second
/// browser that held the pipe of the first would keep it alive, and one that held a lock of ours
/// would keep the lock.
enum PosixSpawn {
  struct Request: Sendable {
    var executable: String
    /// Without the program's name.
    var arguments: [String]
    var environment: [String: String]
    /// The child's descriptor to ours; the others of 0, 1 and 2 are /dev/null.
    var descriptors: [CInt: CInt] = [:]
    /// That it is started in; nil for ours.
    var network: NetworkNamespace?
  }

  static func spawn(_ request: Request) throws(CDPError) -> pid_t {
    guard let network = request.network else { return try spawnHere(request) }
    return try network.within { () throws(CDPError) in try spawnHere(request) }
  }

  private static func spawnHere(_ request: Request) throws(CDPError) -> pid_t {
    var moved: [CInt] = []
    defer { moved.forEach { close($0) } }
    var actions = FileActions()
    defer { posix_spawn_file_actions_destroy(&actions.value) }

    // `dup2` to one number must not overwrite the source of the next: move them out of the way.
    var sources: [(target: CInt, source: CInt)] = []
    for (target, descriptor) in request.descriptors.sorted(by: { $0.key < $1.key }) {
      let source = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
      guard source >= 0 else { throw failure(request, errno) }
      moved.append(source)
      sources.append((target, source))
    }
    for standard in 0...CInt(2) where request.descriptors[standard] == nil {
      posix_spawn_file_actions_addopen(
        &actions.value, standard, "/dev/null", standard == 0 ? O_RDONLY : O_WRONLY, 0)
    }
    for (target, source) in sources {
      posix_spawn_file_actions_adddup2(&actions.value, source, target)
    }
    actions.closeAll(from: max(request.descriptors.keys.max() ?? 2, 2) + 1)

    var attributes = SpawnAttributes()
    defer { posix_spawnattr_destroy(&attributes.value) }
    attributes.configure()

    var pid = pid_t()
    let arguments = [request.executable] + request.arguments
    let environment = request.environment.map { "\($0.key)=\($0.value)" }
    let status = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(
          &pid, request.executable, &actions.value, &attributes.value, arguments, environment)
      }
    }
    guard status == 0 else { throw failure(request, status) }
    return pid
  }

  private static func failure(_ request: Request, _ code: CInt) -> CDPError {
    CDPError(
      .browserDied, "\(request.executable) could not be started",
      underlying: Files.errorText(code))
  }

  private static func withCStrings<R>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
  ) -> R {
    let pointers = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return body(pointers + [nil])
  }
}

#if canImport(Darwin)
  private typealias RawFileActions = posix_spawn_file_actions_t?
  private typealias RawAttributes = posix_spawnattr_t?
#else
  private typealias RawFileActions = posix_spawn_file_actions_t
  private typealias RawAttributes = posix_spawnattr_t
#endif

private struct FileActions {
  #if canImport(Darwin)
    var value: RawFileActions = nil
  #else
    var value = RawFileActions()
  #endif

  init() { posix_spawn_file_actions_init(&value) }

  /// What we opened ourselves closes on exec; this is for what a library opened without that mark.
  mutating func closeAll(from first: CInt) {
    #if os(Linux)
      // A GNU function, which the headers hide from Swift; in glibc since 2.34.
      typealias AddCloseFrom =
        @convention(c) (UnsafeMutablePointer<RawFileActions>, CInt) -> CInt
      guard let program = dlopen(nil, RTLD_NOW) else { return }
      defer { dlclose(program) }
      guard let symbol = dlsym(program, "posix_spawn_file_actions_addclosefrom_np") else { return }
      _ = unsafeBitCast(symbol, to: AddCloseFrom.self)(&value, first)
    #endif
  }
}

private struct SpawnAttributes {
  #if canImport(Darwin)
    var value: RawAttributes = nil
  #else
    var value = RawAttributes()
  #endif

  init() { posix_spawnattr_init(&value) }

  /// A group of its own, and signals as if a shell had started it: we may block or ignore some.
  mutating func configure() {
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&value, &signals)
    sigfillset(&signals)
    sigdelset(&signals, SIGKILL)
    sigdelset(&signals, SIGSTOP)
    posix_spawnattr_setsigdefault(&value, &signals)
    posix_spawnattr_setpgroup(&value, 0)
    var flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGMASK)
    flags |= Int32(POSIX_SPAWN_SETSIGDEF)
    #if canImport(Darwin)
      flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #endif
    posix_spawnattr_setflags(&value, Int16(flags))
  }
}

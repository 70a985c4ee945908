/// What a browser is started with.
///
/// The list is our own. The lists that test tools pass around switch off background networking,
/// throttling, notifications and more, which is to say what is being recorded here.
package struct BrowserFlags: Hashable, Sendable {
  package struct Flag: Hashable, Sendable {
    package var text: String
    package var reason: String
  }

  /// Shorter delays, so that a person can watch a sync fail and be retried. The defaults of
  /// Chromium are five minutes, times three, three times.
  package struct FastRetries: Hashable, Sendable {
    package var initialDelaySeconds = 2
    package var delayFactor = 2
    package var attempts = 3
    package var recoverySeconds = 2
    package var eventSeconds = 30
    package var periodicIntervalSeconds = 2

    package init() {}

    /// What is not as users have it.
    package var sentence: String {
      let delays = (0..<max(0, attempts - 1)).map { attempt in
        "\((0..<attempt).reduce(initialDelaySeconds) { delay, _ in delay * delayFactor }) s"
      }
      return "Fast retries are on: a sync that fails is tried again after "
        + "\(delays.joined(separator: ", ")), not 5 and 15 minutes, and periodic syncs may come "
        + "every \(periodicIntervalSeconds) s."
    }
  }

  /// A push service of our own, in the place of the browser's maker's.
  package struct PushService: Hashable, Sendable {
    /// As `http://127.0.0.1:7789`; for its connection it speaks TLS on the same port.
    package var origin: String
    package var port: Int
    /// Base64 of the SHA-256 of its key, as SubjectPublicKeyInfo.
    package var keyHash: String

    package init(origin: String, port: Int, keyHash: String) {
      self.origin = origin
      self.port = port
      self.keyHash = keyHash
    }
  }

  package var userDataDir: String
  /// The profile's folder within; nil leaves it to the browser (`Default` in a fresh folder).
  package var profileDirectory: String?
  package var isHeadless: Bool
  package var disablesSandbox: Bool
  package var avoidsSharedMemory: Bool
  /// Listens on this port as well; 0 lets the browser choose.
  package var remoteDebuggingPort: Int?
  package var fastRetries: FastRetries?
  /// An origin that is no secure context by itself, and gets service workers all the same.
  package var trustedOrigin: String?
  package var push: PushService?
  /// A host that is reached at the browser's own loopback.
  package var loopbackHost: String?
  /// Taken as they are.
  package var extra: [String]

  package init(
    userDataDir: String, profileDirectory: String? = nil, isHeadless: Bool = false,
    disablesSandbox: Bool = Machine.isRoot,
    avoidsSharedMemory: Bool = Machine.hasLittleSharedMemory, remoteDebuggingPort: Int? = nil,
    fastRetries: FastRetries? = nil, extra: [String] = []
  ) {
    self.userDataDir = userDataDir
    self.profileDirectory = profileDirectory
    self.isHeadless = isHeadless
    self.disablesSandbox = disablesSandbox
    self.avoidsSharedMemory = avoidsSharedMemory
    self.remoteDebuggingPort = remoteDebuggingPort
    self.fastRetries = fastRetries
    self.extra = extra
  }

  package var flags: [Flag] {
    var flags = [
      Flag(
        text: "--user-data-dir=\(userDataDir)",
        reason: "records in this folder, never in the person's own profile"),
      Flag(
        text: "--remote-debugging-pipe",
        reason: "a connection that nobody else on the machine can open, and that ends the browser "
          + "when we end"),
      Flag(text: "--no-first-run", reason: "no welcome page in front of the person's page"),
      Flag(text: "--no-default-browser-check", reason: "asks nothing that is not about the page"),
      Flag(
        text: "--hide-crash-restore-bubble",
        reason: "a browser that we had to kill shall not ask about its old pages"),
    ]
    if let profileDirectory {
      flags.append(
        Flag(
          text: "--profile-directory=\(profileDirectory)",
          reason: "a folder with several profiles would show the picker"))
    }
    if isHeadless {
      flags.append(
        Flag(text: "--headless=new", reason: "no display, or asked for; the whole browser runs"))
      flags.append(
        Flag(
          text: "--window-size=1280,1000",
          reason: "the default is too small for the dialog of a payment handler"))
    }
    if disablesSandbox {
      flags.append(Flag(text: "--no-sandbox", reason: "Chromium as root does not start without"))
    }
    if avoidsSharedMemory {
      flags.append(
        Flag(
          text: "--disable-dev-shm-usage",
          reason: "/dev/shm is as small as a container's; pages would crash"))
    }
    if let remoteDebuggingPort {
      flags.append(
        Flag(
          text: "--remote-debugging-port=\(remoteDebuggingPort)",
          reason: "asked for, so that another tool can attach"))
    }
    if let trustedOrigin {
      flags.append(
        Flag(
          text: "--unsafely-treat-insecure-origin-as-secure=\(trustedOrigin)",
          reason: "the site is reached over a network of the browser's own, not by localhost"))
    }
    if let loopbackHost {
      flags.append(
        Flag(
          text: "--host-resolver-rules=MAP \(loopbackHost) 127.0.0.1",
          reason: "the site is handed on into a network of the browser's own, which has no names"))
    }
    flags += fastRetries?.flags ?? []
    flags += push?.flags ?? []
    flags += extra.map { Flag(text: $0, reason: "asked for") }
    return flags
  }

  /// The page comes last. It is empty, because nothing may happen before the recording is on.
  package var arguments: [String] { flags.map(\.text) + ["about:blank"] }
}

extension BrowserFlags.FastRetries {
  /// content/browser/background_sync/background_sync_manager.cc reads these parameters.
  fileprivate var flags: [BrowserFlags.Flag] {
    let parameters = [
      ("initial_retry_delay_sec", initialDelaySeconds),
      ("retry_delay_factor", delayFactor),
      ("max_sync_attempts", attempts),
      ("max_sync_attempts_with_notification_permission", attempts),
      ("min_sync_recovery_time_sec", recoverySeconds),
      ("max_sync_event_duration_sec", eventSeconds),
      ("min_periodic_sync_events_interval_sec", periodicIntervalSeconds),
    ]
    let text = parameters.map { "\($0.0)/\($0.1)" }.joined(separator: "/")
    return [
      BrowserFlags.Flag(
        text: "--force-fieldtrials=BackgroundSync/Fast",
        reason: "fast retries were asked for; the parameters need a trial to hang on"),
      BrowserFlags.Flag(
        text: "--force-fieldtrial-params=BackgroundSync.Fast:\(text)",
        reason: "fast retries were asked for"),
    ]
  }
}

extension BrowserFlags.PushService {
  /// google_apis/gcm/base/gcm_switches.h. An endpoint that is given has no fallback.
  package var flags: [BrowserFlags.Flag] {
    let reason = "real push messages by a service on this machine"
    return [
      BrowserFlags.Flag(text: "--gcm-checkin-url=\(origin)/checkin", reason: reason),
      BrowserFlags.Flag(text: "--gcm-registration-url=\(origin)/c2dm/register3", reason: reason),
      BrowserFlags.Flag(text: "--gcm-mcs-endpoint=https://127.0.0.1:\(port)", reason: reason),
      BrowserFlags.Flag(
        text: "--ignore-certificate-errors-spki-list=\(keyHash)",
        reason: "the push service's connection is TLS, by a key of its own"),
    ]
  }
}

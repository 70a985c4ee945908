import OffstageCore
import OffstagePush

/// What must hold for any bytes at all that a browser, or who says that it is one, sends: as frames of
/// its connection, and as the bodies of what it posts.
enum MCSCheck {
  private static let now = Timestamp(micros: 1_800_000_000_000_000)
  private static let other = MCSRegistration(
    app: "org.chromium.linux", subtype: "wp:http://localhost:8000/#A-V2", sender: "745476177629",
    appID: "app")

  /// Nil if all of it holds.
  static func problem(with bytes: [UInt8]) -> String? {
    // A size of its own for each text, the smallest ones too.
    let size = bytes.count % 61 + 1
    return framing(of: bytes, inPartsOf: size) ?? talk(bytes, inPartsOf: size) ?? posts(bytes)
  }

  // MARK: Frames

  private struct Framing: Equatable {
    var frames: [MCSFrame] = []
    var fault: MCSFault?

    init(of bytes: [UInt8], inPartsOf size: Int) {
      var reader = MCSFrameReader()
      do throws(MCSFault) {
        for start in stride(from: 0, to: bytes.count, by: size) {
          reader.append(bytes[start..<min(start + size, bytes.count)])
          while let frame = try reader.next() { frames.append(frame) }
        }
      } catch {
        fault = error
      }
    }
  }

  private static func framing(of bytes: [UInt8], inPartsOf size: Int) -> String? {
    let whole = Framing(of: bytes, inPartsOf: bytes.count + 1)
    if whole != Framing(of: bytes, inPartsOf: size) { return "in parts of \(size) it is otherwise" }
    for frame in whole.frames where frame.tag != nil {
      let again = Framing(of: [MCSFrame.version] + frame.bytes, inPartsOf: size)
      if again.frames != [frame] { return "a frame is read as another one once it is written" }
    }
    return nil
  }

  // MARK: The service

  /// Another browser's message waits: nothing that this one says is to get or end it.
  private static func talk(_ bytes: [UInt8], inPartsOf size: Int) -> String? {
    guard var service = Service() else { return "nobody can subscribe" }
    let connection = ConnectionID(1)
    var hasLoggedIn = false
    for frame in Framing(of: bytes, inPartsOf: size).frames {
      if hasLoggedIn {
        service.perform(service.machine.take(frame, from: connection, at: now))
      } else {
        guard let login = MCSLogin(frame), login.device != 1 || login.securityToken != 2 else {
          break
        }
        hasLoggedIn = true
        service.perform(service.machine.login(login, on: connection, at: now))
      }
    }
    service.machine.disconnected(connection)
    return service.problem(to: connection, saying: bytes.count)
  }

  private static func posts(_ bytes: [UInt8]) -> String? {
    guard var service = Service() else { return "nobody can subscribe" }
    if let checkin = Checkin(bytes) {
      let answer = service.machine.checkin(checkin)
      if ![200, 401].contains(answer.status) { return "a check-in is answered \(answer.status)" }
    }
    for authorization in ["AidLogin 5:6", "AidLogin 1:9", String(decoding: bytes, as: UTF8.self)] {
      guard let registration = Registration(authorization: authorization, body: bytes) else {
        continue
      }
      let (answer, effects) = service.machine.register(registration, at: now)
      let text = String(decoding: answer.body, as: UTF8.self)
      if !text.hasPrefix("token="), !text.hasPrefix("Error=") { return "the answer is “\(text)”" }
      service.perform(effects)
    }
    return service.problem(to: ConnectionID(1), saying: bytes.count)
  }

  private struct Service {
    var machine: PushStateMachine
    private let waiting: String
    private var sent: [UInt8] = []
    private var ended: Set<String> = []

    init?() {
      machine = PushStateMachine(names: { randomBytes(16) })
      let (answer, _) = machine.register(
        .register(device: 1, securityToken: 2, MCSCheck.other), at: MCSCheck.now)
      let token = String(decoding: answer.body.dropFirst("token=".utf8.count), as: UTF8.self)
      let (taken, effects) = machine.post(
        PushPost(
          token: token, authority: "127.0.0.1:7789", headers: [PushMessage.Header("TTL", "100")],
          body: []), at: MCSCheck.now)
      guard taken.status == 201,
        let message = effects.lazy.compactMap({ effect -> PushMessage? in
          if case .write(.message(let message)) = effect { message } else { nil }
        }).first
      else { return nil }
      waiting = message.id
    }

    mutating func perform(_ effects: [PushEffect]) {
      for effect in effects {
        switch effect {
        case .send(_, let bytes): sent += bytes
        case .write(.ended(let id, _, _)): ended.insert(id)
        case .write, .close: break
        }
      }
    }

    func problem(to connection: ConnectionID, saying count: Int) -> String? {
      if ended.contains(waiting) { return "another browser's message has ended" }
      let answer = Framing(of: sent, inPartsOf: sent.count + 1)
      if !sent.isEmpty, answer.fault != nil { return "an answer can't be read" }
      if answer.frames.contains(where: { $0.tag == .dataMessageStanza }) {
        return "it got another browser's message"
      }
      return answer.frames.count > count + 1 ? "it is answered without end" : nil
    }
  }
}

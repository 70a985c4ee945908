@testable import DBus
import Foundation
import Testing

/// What libdbus, GDBus and sd-bus said to a real dbus-daemon (`Fixtures/record.py`), said to our bus.
@Suite struct RecordedClientsTests {
  @Test func `real clients are answered as dbus-daemon answers them`() throws {
    let recording = try Recording()
    #expect(recording.conversations.count >= 20)
    for conversation in recording.conversations {
      var bus = Bus(
        serviceName: NotificationServer.name, user: recording.user,
        guid: String(repeating: "a", count: 32))
      let client = BusClientID(1)
      _ = bus.connected(client)
      var ours = Answers()
      for bytes in conversation.said {
        for action in bus.receive(bytes, from: client) {
          #expect(action != .close(client), "\(conversation.name)")
          if case .send(let bytes, _) = action { try ours.take(bytes) }
        }
      }
      var theirs = Answers()
      for bytes in conversation.heard { try theirs.take(bytes) }
      #expect(ours.handshake == theirs.handshake, "\(conversation.name)")
      // Of the signals that the daemon sends by itself we know those that are about the client.
      #expect(ours.messages == theirs.messages, "\(conversation.name)")
    }
  }

  /// What a client is told, without what differs from bus to bus.
  private struct Answers {
    private var framer = MessageFramer()
    private var held: [UInt8] = []
    private var isBeyondHandshake = false
    private(set) var handshake: [String] = []
    private(set) var messages: [String] = []

    mutating func take(_ bytes: [UInt8]) throws {
      held += bytes
      while !isBeyondHandshake, let end = held.firstIndex(of: UInt8(ascii: "\n")) {
        guard held.first != UInt8(ascii: "l") else { break }
        let line = String(decoding: held[..<end], as: UTF8.self)
        held.removeSubrange(...end)
        let word = line.prefix { $0 != " " && $0 != "\r" }
        // We pass no descriptors.
        handshake.append(word == "AGREE_UNIX_FD" ? "ERROR" : String(word))
      }
      guard held.first == UInt8(ascii: "l") || isBeyondHandshake else { return }
      isBeyondHandshake = true
      framer.append(held)
      held = []
      while case .message(let message)? = try framer.next() { note(message) }
    }

    private mutating func note(_ message: Message) {
      var words = ["\(message.kind)", message.errorName ?? message.member ?? "", message.signature]
      words.append("to \(message.replySerial ?? 0)")
      for value in message.body {
        switch value {
        case .uint32, .boolean: words.append("\(value)")
        // Names and ids are the bus's own, and sentences are not compared.
        default: break
        }
      }
      messages.append(words.joined(separator: " "))
    }
  }

  private struct Recording {
    struct Conversation {
      var name: String
      var said: [[UInt8]] = []
      var heard: [[UInt8]] = []
    }

    var user: UInt32 = 0
    var conversations: [Conversation] = []

    init() throws {
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/clients.txt")
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let rest = String(line.dropFirst(2))
        switch line.prefix(2) {
        case "# ": conversations.append(Conversation(name: rest))
        case "> ": conversations[conversations.count - 1].said.append(Self.bytes(rest))
        case "< ": conversations[conversations.count - 1].heard.append(Self.bytes(rest))
        default: user = UInt32(line.split(separator: " ").last ?? "") ?? 0
        }
      }
    }

    private static func bytes(_ text: String) -> [UInt8] {
      let digits = Array(text.utf8)
      return stride(from: 0, to: digits.count - 1, by: 2).compactMap { place in
        UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
      }
    }
  }
}

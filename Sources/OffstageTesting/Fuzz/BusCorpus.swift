package import DBus

/// What clients of a bus send, to be changed at random.
package enum BusCorpus {
  package static let user: UInt32 = 1000

  /// libdbus's handshake, and Hello.
  package static let greeting =
    Array("\u{0}AUTH EXTERNAL 31303030\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n".utf8) + hello.bytes

  package static let words = [
    "\u{0}", "\u{0}\u{0}\u{0}\u{0}", "\r\n", "AUTH EXTERNAL", "AUTH ANONYMOUS", "DATA", "BEGIN",
    "CANCEL", "l", "B", "s", "a{sv}", "susssasa{sv}i", "(yv)", "ay", "av", "v", "((((", "aaaa",
    "org.freedesktop.DBus", "org.freedesktop.Notifications", "/org/freedesktop/DBus",
    "type='signal'",
    "<a href=\"", "</a>", "<img src=\"file://", "\" alt=\"\"/>", "&amp;", "%41",
  ]

  package static let hello = call(1, "Hello", to: "org.freedesktop.DBus")

  package static let values: [WireValue] = [
    .byte(255), .boolean(true), .int16(-2), .uint16(65535), .int32(-1), .uint32(7),
    .int64(.min), .uint64(.max), .double(bits: 0x7FF8_0000_0000_0001), .string("ünïcode"),
    .string(""), .objectPath("/a/b_1"), .objectPath("/"), .signature("a{sv}(yx)"), .descriptor(0),
    .bytes([1, 2, 3]), .array(.int64, []), .array(.string, [.string("x")]),
    .dictionary(.byte, .array(.variant), [.init(.byte(1), .array(.variant, []))]),
    .variant(.variant(.structure([.byte(1), .uint64(2), .variant(.string("deep"))]))),
    .array(.structure([.byte, .double]), [.structure([.byte(1), .double(bits: 2)])]),
  ]

  package static let notify = call(
    5, "Notify", to: NotificationServer.name,
    [
      .string("Chromium"), .uint32(0), .string("file:///tmp/logo"), .string("Title"),
      .string(
        "<a href=\"https://app.example/\">app.example</a>\n\nA &lt;b&gt; text\n"
          + "<img src=\"file:///tmp/a%20b\" alt=\"\"/>"),
      .strings(["0", "Yes", "inline-reply", "Answer", "default", "Activate"]),
      .properties([
        ("urgency", .uint32(1)), ("suppress-sound", .boolean(true)),
        ("image-path", .string("/tmp/icon")),
        ("x-kde-reply-placeholder-text", .string("Type here")),
      ]),
      .int32(0),
    ])

  package static let files: [[UInt8]] = {
    let rest = [
      call(
        2, "AddMatch", to: "org.freedesktop.DBus", [.string("type='signal',member='A\\'',arg0='x'")]
      ),
      call(3, "RequestName", to: "org.freedesktop.DBus", [.string("org.example.A"), .uint32(4)]),
      call(4, "GetCapabilities", to: NotificationServer.name), notify,
      call(6, "CloseNotification", to: NotificationServer.name, [.uint32(1)]),
      Message(
        .signal, serial: 7, path: "/", interface: "a.b", member: "C", body: values),
    ]
    let messages = [hello] + rest
    return [
      messages.flatMap(\.bytes), messages.flatMap { $0.bytes(isLittleEndian: false) },
      rest.flatMap(\.bytes), greeting, greeting + rest.flatMap(\.bytes),
    ]
  }()

  private static func call(
    _ serial: UInt32, _ member: String, to name: String, _ body: [WireValue] = []
  ) -> Message {
    Message(
      .call, serial: serial, path: "/" + name.split(separator: ".").joined(separator: "/"),
      interface: name, member: member, destination: name, body: body)
  }
}

import CDP
import Foundation
import OffstageTesting
import Testing

@Suite struct PushVerbTests {
  /// RFC 8291, section 5.
  private static let privateKey = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
  private static let p256dh =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
  private static let auth = "BTBZMqHH6r4Tts7J_aSIgg"
  private static let body =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI/c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC"
    + "8wEqKK6PBru3jl7A/yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj/Qulcy4a+fN"

  private static func subscription(_ endpoint: String) -> String {
    #"{"endpoint":"\#(endpoint)","keys":{"p256dh":"\#(p256dh)","auth":"\#(auth)"}}"#
  }

  private func file(_ name: String, _ data: Data, _ bench: Bench) throws -> String {
    let path = "\(bench.folder)/\(name)"
    try data.write(to: URL(fileURLWithPath: path))
    return path
  }

  private func file(_ name: String, _ text: String, _ bench: Bench) throws -> String {
    try file(name, Data(text.utf8), bench)
  }

  @Test(.timeLimit(.minutes(3)))
  func `a key is made, and is the same in every form`() async throws {
    try await Bench.with { bench in
      let made = try await bench.json("push", "vapid", "--json")
      let publicKey = try #require(made["publicKey"] as? String)
      let pem = try #require(made["pem"] as? String)
      let jwk = try JSONSerialization.data(withJSONObject: try #require(made["jwk"]))
      let path = try file("vapid.pem", pem, bench)
      for key in [made["privateKey"] as? String ?? "", path, String(decoding: jwk, as: UTF8.self)] {
        let again = try await bench.json("push", "vapid", "--key", key, "--json")
        #expect(again["publicKey"] as? String == publicKey)
      }
      let text = try await bench.run("push", "vapid", "--key", path)
      #expect(text.status == .exited(0) && text.output.contains(publicKey))
      let printed = try await bench.run("push", "vapid", "--pem", "--key", path)
      #expect(printed.output == pem)
      #expect(!FileManager.default.fileExists(atPath: bench.data))
    }
  }

  @Test(.timeLimit(.minutes(3)), arguments: ["aes128gcm", "aesgcm"])
  func `what would be sent can be decrypted, and nothing is sent`(_ encoding: String) async throws {
    try await Bench.with { bench in
      // Nobody is asked: there is no such host.
      let path = try file(
        "subscription.json", Self.subscription("https://push.invalid/abc"), bench)
      let key = try await bench.json("push", "vapid", "--json")["privateKey"] as? String ?? ""
      let sent = try await bench.json(
        "push", "send", "--subscription", path, "--text", "hello ☃", "--encoding", encoding,
        "--vapid-key", key, "--subject", "mailto:a@b.c", "--ttl", "7", "--urgency", "high",
        "--topic", "news", "--dry-run", "--json")
      #expect(sent["endpoint"] as? String == "https://push.invalid/abc")
      let headers = sent["headers"] as? [[String: String]] ?? []
      let names = headers.compactMap { $0["name"] }
      #expect(
        names.starts(with: [
          "TTL", "Urgency", "Topic", "Authorization", "Content-Type", "Content-Encoding",
        ]))
      let body = try #require(Data(base64Encoded: sent["body"] as? String ?? ""))
      let bodyFile = try file("body", body, bench)
      let given = headers.flatMap { ["--header", "\($0["name"] ?? ""): \($0["value"] ?? "")"] }
      let read = try await bench.run(
        [
          "push", "decrypt", bodyFile, "--p256dh-private", Self.privateKey, "--auth", Self.auth,
          "--json",
        ] + given)
      #expect(read.status == .exited(0))
      let found = try #require(
        JSONSerialization.jsonObject(with: Data(read.output.utf8)) as? [String: Any])
      #expect(found["text"] as? String == "hello ☃")
      #expect(found["encoding"] as? String == encoding)
      #expect(found["fault"] is NSNull)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a push is sent, and what became of it is the exit status`() async throws {
    let pages: [String: LoopbackSite.Page] = [
      "/good": .status(201, [("Location", "{{origin}}/m/1")]),
      "/gone": .status(410),
    ]
    try await Bench.with { bench in
      try await LoopbackSite.with(pages) { site in
        let good = try file("good", Self.subscription(site.origin + "/good"), bench)
        let sent = try await bench.run("push", "send", "--subscription", good, "--text", "hello")
        #expect(sent.status == .exited(0), "\(sent.errors)")
        #expect(sent.output.contains("201 Created"))
        #expect(sent.output.contains("Location: \(site.origin)/m/1"))
        let json = try await bench.json("push", "send", "--subscription", good, "--json")
        #expect(json["status"] as? Int == 201)
        #expect(json["location"] as? String == "\(site.origin)/m/1")
        let gone = try file("gone", Self.subscription(site.origin + "/gone"), bench)
        let refused = try await bench.run("push", "send", "--subscription", gone, "--text", "x")
        #expect(refused.status == .exited(1))
        #expect(refused.output.contains("410 Gone"))
      }
      let port = try await RawTCP.closedPort()
      let none = try file("none", Self.subscription("http://127.0.0.1:\(port)/x"), bench)
      try await expectMistake(bench.run("push", "send", "--subscription", none, "--text", "x"), 3)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a key file that is not there is said, and so is what a push service advises`() async throws
  {
    let problem = #"{"detail":"The token has expired.","hint":"Sign it anew."}"#
    var page = LoopbackSite.Page("application/problem+json", problem)
    page.status = 403
    let pages = ["/no": page]
    try await Bench.with { bench in
      try await LoopbackSite.with(pages) { site in
        let path = try file("sub", Self.subscription(site.origin + "/no"), bench)
        let send = ["push", "send", "--subscription", path, "--text", "x"]
        let missing = try await bench.run(send + ["--vapid-key", "nofile.pem"])
        expectMistake(missing, 2)
        #expect(missing.errors.contains("There is no file nofile.pem"), "\(missing.errors)")
        let refused = try await bench.run(send)
        #expect(refused.status == .exited(1))
        #expect(
          refused.output.contains("The token has expired.\n→ Sign it anew."), "\(refused.output)")
      }
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `nothing is sent to another machine unless that is asked for`() async throws {
    try await Bench.with { bench in
      let path = try file(
        "subscription.json", Self.subscription("https://push.invalid/abc"), bench)
      let answer = try await bench.run("push", "send", "--subscription", path, "--text", "x")
      expectMistake(answer, 2)
      #expect(answer.errors.contains("push.invalid") && answer.errors.contains("--allow-remote"))
      // Then it is tried, and there is no such host.
      try await expectMistake(
        bench.run("push", "send", "--subscription", path, "--text", "x", "--allow-remote"), 3)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a captured body is explained, and one that is damaged as well`() async throws {
    try await Bench.with { bench in
      var body = try #require(Data(base64Encoded: Self.body))
      let good = try file("good", body, bench)
      let keys = ["--p256dh-private", Self.privateKey, "--auth", Self.auth]
      let answer = try await bench.run(["push", "decrypt", good] + keys)
      #expect(answer.status == .exited(0), "\(answer.errors)")
      for line in [
        "Encoding      aes128gcm", "Salt          DGv6ra1nlYgDCS1FRnbzlw", "Record size   4096",
        "Record 1      58 bytes: 41 of payload, 0 of padding",
        "When I grow up, I want to be a watermelon",
      ] {
        #expect(answer.output.contains(line), "\(answer.output)")
      }
      body[100] ^= 1
      let bad = try file("bad", body, bench)
      let refused = try await bench.run(["push", "decrypt", bad] + keys)
      #expect(refused.status == .exited(1))
      #expect(refused.output.contains("Sender's key  BP4z"))
      #expect(refused.errors.contains("The tag of record 1 is wrong"))
      let json = try await bench.run(["push", "decrypt", bad, "--json"] + keys)
      #expect(json.status == .exited(1) && json.output.contains(#""code":"tag-wrong""#))
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a key may begin with a dash`() async throws {
    try await Bench.with { bench in
      let key = "-" + String(repeating: "A", count: 42)
      let made = try await bench.run("push", "vapid", "--key", key, "--json")
      #expect(made.status == .exited(0), "\(made.errors)")
      let path = try file("subscription", Self.subscription("http://127.0.0.1:9/x"), bench)
      let sent = try await bench.json(
        "push", "send", "--subscription", path, "--text", "-x", "--vapid-key", key, "--dry-run",
        "--json")
      let body = try #require(Data(base64Encoded: sent["body"] as? String ?? ""))
      let read = try await bench.run(
        "push", "decrypt", try file("body", body, bench), "--p256dh-private", key, "--auth",
        "-" + Self.auth.dropFirst())
      #expect(read.status == .exited(1), "\(read.errors)")
    }
  }

  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ["vapid", "--key", "/nowhere/at/all"], ["vapid", "--key", "AAAA"],
      ["vapid", "--pem", "--json"], ["send"], ["send", "--subscription", "/nowhere/at/all"],
      ["send", "--subscription", "FILE", "--ttl", "-1"],
      ["send", "--subscription", "FILE", "--topic", "two words"],
      ["send", "--subscription", "FILE", "--urgency", "asap"],
      ["send", "--subscription", "FILE", "--encoding", "rot13"],
      ["send", "--subscription", "FILE", "--text", "x", "--file", "y"],
      ["send", "--subscription", "FILE", "--subject", "mailto:a@b.c"],
      ["send", "--subscription", "FILE", "--vapid-key", "AAAA", "--dry-run"],
      ["send", "--subscription", "FILE", "--text", "x", "--padded-to", "5000", "--dry-run"],
      ["send", "--subscription", "/etc/hosts"],
      ["send", "--subscription", "FILE", "--text", "x", "--trust", "/etc/hosts"],
      ["decrypt", "FILE"], ["decrypt", "FILE", "--p256dh-private", "AAAA", "--auth", "AAAA"],
      ["decrypt", "/nowhere/at/all", "--p256dh-private", privateKey, "--auth", auth],
      ["decrypt", "FILE", "--p256dh-private", privateKey, "--auth", auth, "--header", "salt"],
    ])
  func `a question about pushes that can't be asked ends with 2`(
    _ arguments: [String]
  ) async throws {
    try await Bench.with { bench in
      let path = try file("subscription", Self.subscription("http://127.0.0.1:9/x"), bench)
      let answer = try await bench.run(
        ["push"] + arguments.map { $0 == "FILE" ? path : $0 })
      expectMistake(answer, 2)
    }
  }
}

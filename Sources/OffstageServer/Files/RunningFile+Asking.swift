internal import Foundation
internal import JSON
internal import NIOCore
internal import NIOPosix
package import OffstageCore

extension RunningFile {
  /// A code for a link to the UI of that process; nil when it does not answer within two seconds.
  package func freshCode() async -> String? {
    guard let answer = try? await post("\(API.root)/codes", within: .seconds(2)) else { return nil }
    var code: String?
    var reader = JSONReader(answer.body)
    try? reader.readObject { key, reader throws(JSONError) in
      if key == "code" { code = try reader.readString() } else { try reader.skipValue() }
    }
    return code
  }

  /// What that process says of a page in the browser that it records; throws what it says instead.
  package func report(
    on question: OriginQuestion
  ) async throws -> OriginReport {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("url", question.url)
      writer.memberArray("services") { writer in
        for service in question.services { writer.value(service.rawValue) }
      }
      writer.member("wake", question.wakesWorker)
      writer.member(orNull: "source", question.source?.description)
    }
    let answer: (status: Int, body: String)
    do {
      answer = try await post("\(API.root)/doctor", writer.string, within: .seconds(60))
    } catch {
      throw StoreError(.failed, "Process \(pid) does not answer: \(error)")
    }
    guard answer.status != 200 else { return try OriginReport(parsing: Array(answer.body.utf8)) }
    var texts: [String: String] = [:]
    var reader = JSONReader(answer.body)
    try? reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "detail", "hint": texts[key.string] = try? reader.readString()
      default: try reader.skipValue()
      }
    }
    throw StoreError(
      .failed, texts["detail"] ?? "Process \(pid) answers with \(answer.status).",
      hint: texts["hint"])
  }

  /// What is on the screens of the browsers that it has launched.
  ///
  /// - Parameter sources: empty: all.
  package func notifications(of sources: Set<SourceID>) async throws -> [NotificationLine] {
    let query = sources.map { "source=\($0)" }.joined(separator: "&")
    do {
      let answer = try await ask(
        "GET", "\(API.root)/notifications" + (query.isEmpty ? "" : "?\(query)"),
        within: .seconds(10))
      guard answer.status == 200 else {
        throw StoreError(.failed, "it answers with \(answer.status)")
      }
      return try NotificationLine.list(parsing: Array(answer.body.utf8))
    } catch {
      throw StoreError(.failed, "Process \(pid) does not tell its notifications: \(error)")
    }
  }

  private func post(
    _ path: String, _ body: String = "", within limit: TimeAmount
  ) async throws -> (status: Int, body: String) {
    try await ask("POST", path, body, within: limit)
  }

  private func ask(
    _ method: String, _ path: String, _ body: String = "", within limit: TimeAmount
  ) async throws -> (status: Int, body: String) {
    let request = """
      \(method) \(path) HTTP/1.1\r
      Host: 127.0.0.1:\(port)\r
      Authorization: Bearer \(token)\r
      Content-Length: \(body.utf8.count)\r
      Connection: close\r
      \r
      \(body)
      """
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(2))
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    let timer = channel.channel.eventLoop.scheduleTask(in: limit) {
      channel.channel.close(promise: nil)
    }
    defer { timer.cancel() }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var answer = ByteBuffer()
      for try await part in inbound { answer.writeImmutableBuffer(part) }
      let text = String(buffer: answer)
      // HTTP/1.1 200 OK
      let status = Int(text.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0
      let body = text.range(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? ""
      return (status, String(body))
    }
  }
}

import OffstageCore
import OffstagePush

/// What must hold for any bytes at all that an application server sends.
enum PushCheck {
  static let now = Timestamp(micros: 1_800_000_000_000_000)
  static let audience = "https://push.example.net"

  /// Nil if all of it holds.
  static func problem(with bytes: [UInt8]) -> String? {
    let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
    let headers = headers(in: bytes[..<end])
    let body = Array(bytes[end...].dropFirst())
    return decryption(of: body, headers) ?? header(of: body) ?? identification(headers)
  }

  private static func headers(in text: ArraySlice<UInt8>) -> [(name: String, value: String)] {
    text.split(separator: UInt8(ascii: "\n")).map { line in
      let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        .map { String(decoding: $0, as: UTF8.self) }
      return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }
  }

  private static func decryption(
    of body: [UInt8], _ headers: [(name: String, value: String)]
  ) -> String? {
    guard let receiver = PushCorpus.receiver else { return "the receiver's keys are none" }
    let found = PushDecryption(of: body, headers: headers, with: receiver)
    if found.plaintext.count > body.count { return "more was decrypted than there was" }
    if found.records.reduce(0, { $0 + $1.plaintextSize }) != found.plaintext.count {
      return "the records are not all of the payload"
    }
    if let fault = found.fault { return told(fault.told) }
    // Nobody but who has the keys writes records that can be decrypted; their size is not signed.
    let records = body.suffix(found.records.reduce(0) { $0 + $1.size })
    let known = PushCorpus.files.contains { $0.suffix(records.count).elementsEqual(records) }
    return known ? nil : "a body that nobody encrypted was decrypted"
  }

  private static func header(of body: [UInt8]) -> String? {
    do throws(PushDecryptionError) {
      let header = try EncryptedHeader.read(body)
      let sizes = header.plaintextSize
      if header.size + header.contentSize != body.count { return "header and content are not all" }
      if sizes.upperBound >= header.contentSize { return "the payload may be longer than the body" }
      return header.pushFault.flatMap { told($0.told) }
    } catch {
      return told(error.told)
    }
  }

  private static func identification(_ headers: [(name: String, value: String)]) -> String? {
    let values = Dictionary(headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
    do throws(VAPIDFault) {
      let credentials = try VAPIDCredentials.parse(
        authorization: values["authorization"], cryptoKey: values["crypto-key"])
      let faults = credentials.check(now: now, audience: audience, subscriptionKey: nil)
      for fault in faults {
        if let problem = told(fault.told) { return problem }
      }
      // Who changed nothing that was signed may have changed how it is written around it.
      let known = PushCorpus.files.contains {
        String(decoding: $0, as: UTF8.self).contains(credentials.token)
      }
      return faults.isEmpty && !known ? "a token that nobody signed was taken" : nil
    } catch {
      return told(error.told)
    }
  }

  private static func told(_ fault: ToldFault) -> String? {
    if fault.message.utf8.count > 2000 {
      return "a fault is told in \(fault.message.utf8.count) bytes"
    }
    return fault.code.isEmpty || fault.hint.isEmpty ? "a fault has no code or hint" : nil
  }
}

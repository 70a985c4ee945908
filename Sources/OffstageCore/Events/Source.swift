package import Foundation

/// The name of a source that never changes.
package struct SourceID: Sendable, Hashable, CustomStringConvertible {
  package var uuid: UUID

  package init(_ uuid: UUID = UUID()) {
    self.uuid = uuid
  }

  package init?(_ text: String) {
    guard let uuid = UUID(hexadecimal: text) else { return nil }
    self.uuid = uuid
  }

  package var description: String { uuid.hexadecimal }
}

/// One browser context whose log we record.
package struct Source: Sendable, Hashable {
  package var id: SourceID
  package var kind: Kind
  /// For people, who may change it.
  package var name: String
  package var place: SourcePlace
  /// Such as `Chrome/156.0.8078.79`, as the browser last said.
  package var browser: String?
  /// Nil: events stay for good.
  package var keep: Interval?
  package var created: Timestamp

  package enum Kind: String, Sendable, CaseIterable {
    case profile
    case offTheRecord
    case `import`
  }

  package init(
    id: SourceID, kind: Kind, name: String, place: SourcePlace, browser: String?,
    keep: Interval?, created: Timestamp
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.place = place
    self.browser = browser
    self.keep = keep
    self.created = created
  }

  /// How long events stay unless the person says otherwise.
  package static let defaultKeep = Interval.days(30)
}

/// Where a source's log lives: what a source is found by when it comes again.
package enum SourcePlace: Sendable, Hashable {
  /// Real paths: the user data folder, and the profile's folder in it.
  case profile(userDataDir: String, profileDir: String)
  /// An off-the-record context lives and dies with one run of one browser.
  case offTheRecord(browserRun: String, contextId: String)
  /// Profiles of which each lives for one run, such as the demo's: each has a log of its own.
  case series(String)
  /// An imported file, by its content.
  case file(digest: String)
  /// It could not be found out where the profile lies.
  case unknown
}

/// Foundation goes through `sscanf` and a copy of the text; every event that is read has a source.
extension UUID {
  fileprivate init?(hexadecimal text: String) {
    var text = text
    let bytes: uuid_t? = text.withUTF8 { utf8 in
      guard utf8.count == 36 else { return nil }
      var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      let isValid = withUnsafeMutableBytes(of: &bytes) { bytes in
        var position = 0
        for index in 0..<16 {
          if index == 4 || index == 6 || index == 8 || index == 10 {
            guard utf8[position] == UInt8(ascii: "-") else { return false }
            position += 1
          }
          guard let high = utf8[position].hexadecimalValue,
            let low = utf8[position + 1].hexadecimalValue
          else { return false }
          bytes[index] = high << 4 | low
          position += 2
        }
        return true
      }
      return isValid ? bytes : nil
    }
    guard let bytes else { return nil }
    self.init(uuid: bytes)
  }

  fileprivate var hexadecimal: String {
    withUnsafeBytes(of: uuid) { bytes in
      String(unsafeUninitializedCapacity: 36) { out in
        var position = 0
        for index in 0..<16 {
          if index == 4 || index == 6 || index == 8 || index == 10 {
            out[position] = UInt8(ascii: "-")
            position += 1
          }
          out[position] = (bytes[index] >> 4).hexadecimalDigit
          out[position + 1] = (bytes[index] & 15).hexadecimalDigit
          position += 2
        }
        return 36
      }
    }
  }
}

extension UInt8 {
  fileprivate var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  fileprivate var hexadecimalDigit: UInt8 {
    self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "a") + self - 10
  }
}

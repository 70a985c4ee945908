import JSON

/// Tells what a file is by its first bytes.
struct ImportBeginning {
  /// So many tell it.
  static let length = 4096

  let format: ExportFormat
  /// A byte order mark, which is no part of the text.
  let skipped: Int

  init(_ bytes: [UInt8]) throws(ImportFault) {
    skipped = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    switch bytes.dropFirst(skipped).first(where: { !JSONReader.isWhitespace($0) }) {
    case UInt8(ascii: "["): format = .devtools
    case UInt8(ascii: "{"): format = .jsonl
    case nil: throw ImportFault("is empty", hint: Self.hint)
    default: throw Self.unknown(bytes)
    }
  }

  static let hint =
    "Files can be imported that DevTools' background services have saved, and those of "
    + "`offstage export` with --format devtools or jsonl."

  /// Says what else it may be.
  static func unknown(_ bytes: [UInt8]) -> ImportFault {
    guard let (what, hint) = guess(bytes) else {
      return ImportFault("is no file that can be imported", hint: Self.hint)
    }
    return ImportFault("is \(what), which can't be imported", hint: hint ?? Self.hint)
  }

  private static func guess(_ bytes: [UInt8]) -> (what: String, hint: String?)? {
    let magic: [(bytes: [UInt8], what: String, hint: String?)] = [
      ([0x1F, 0x8B], "compressed with gzip", "Unpack it with gunzip."),
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd", "Unpack it with unzstd."),
      (Array("PK".utf8), "a ZIP archive", "Unpack it."),
      ([0xFF, 0xFE], "text in UTF-16", "Save it as UTF-8."),
      ([0xFE, 0xFF], "text in UTF-16", "Save it as UTF-8."),
      (
        Array("SQLite format 3".utf8), "an SQLite database",
        "The folder of a store is read with --data."
      ),
      (
        Array(EventCSV.header.utf8.prefix(30)), "a table of events",
        "Export the events with --format jsonl or devtools."
      ),
    ]
    if let found = magic.first(where: { bytes.starts(with: $0.bytes) }) {
      return (found.what, found.hint)
    }
    switch firstMember(bytes) {
    case "events", "id":
      return (
        "what `offstage events` prints", "Use `offstage export --format jsonl` in its place."
      )
    case "log": return ("a HAR file", nil)
    case "traceEvents": return ("a trace", nil)
    default: return nil
    }
  }

  private static func firstMember(_ bytes: [UInt8]) -> String? {
    var reader = JSONReader(bytes)
    do throws(JSONError) {
      try reader.enterObject()
      return try reader.nextMember() ? reader.memberKey.string : nil
    } catch {
      return nil
    }
  }
}

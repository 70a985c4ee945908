internal import GRDB
internal import GRDBSQLite
internal import JSON

/// SQL functions that look for a text within another, byte by byte but for the case of ASCII letters.
enum TextFunctions {
  /// `has_text(text, word)`.
  static func add(to db: Database) {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
    sqlite3_create_function_v2(
      db.sqliteConnection, "has_text", 2, flags, nil,
      { context, _, values in
        let found = FoldedSearch.has(
          TextFunctions.bytes(values?[0]), TextFunctions.bytes(values?[1]))
        sqlite3_result_int(context, found ? 1 : 0)
      }, nil, nil, nil)
    sqlite3_create_function_v2(
      db.sqliteConnection, "has_member", 3, flags, nil,
      { context, _, values in
        let found = FoldedSearch.hasMember(
          TextFunctions.bytes(values?[0]), TextFunctions.bytes(values?[1]),
          escaped: TextFunctions.bytes(values?[2]))
        sqlite3_result_int(context, found ? 1 : 0)
      }, nil, nil, nil)
  }

  private static func bytes(_ value: OpaquePointer?) -> UnsafeRawBufferPointer {
    let start = sqlite3_value_text(value)
    return UnsafeRawBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
  }
}

enum FoldedSearch {
  static func has(_ text: UnsafeRawBufferPointer, _ word: UnsafeRawBufferPointer) -> Bool {
    guard let start = word.first else { return true }
    guard text.count >= word.count else { return false }
    let first = SearchShape.folded(start)
    let rest = word.count - 1
    for place in 0...text.count - word.count
    where SearchShape.folded(text[place]) == first {
      var matched = 0
      while matched < rest,
        SearchShape.folded(text[place + 1 + matched]) == SearchShape.folded(word[matched + 1])
      { matched += 1 }
      if matched == rest { return true }
    }
    return false
  }

  /// Whether a key or a value of metadata, one JSON object of texts as `JSONWriter` writes it, has
  /// the word; `escaped` is how it is written there.
  static func hasMember(
    _ json: UnsafeRawBufferPointer, _ word: UnsafeRawBufferPointer,
    escaped: UnsafeRawBufferPointer
  ) -> Bool {
    guard has(json, escaped) else { return word.isEmpty }
    // A quote is part of no text that is written as it is, so that what lies between two quotes is a
    // key or a value, or a single mark between them.
    let isMark = word.count == 1 && ":,{}".utf8.contains(word[0])
    guard isMark || json.contains(UInt8(ascii: "\\")) else { return true }
    var reader = JSONReader([UInt8](json))
    var found = false
    do throws(JSONError) {
      try reader.readObject { key, reader throws(JSONError) in
        let value = try reader.readString()
        for text in [key.string, value] where !found { found = has(text, word) }
      }
    } catch {
      // `verify` tells of it.
      return false
    }
    return found
  }

  private static func has(_ text: String, _ word: UnsafeRawBufferPointer) -> Bool {
    var text = text
    return text.withUTF8 { has(UnsafeRawBufferPointer($0), word) }
  }
}

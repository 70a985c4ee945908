import JSON

/// What many parts of a report share: each is saved once, and stands elsewhere by its number.
struct ReportTexts {
  private let sources: [SourceID: Int]
  private var texts: [[UInt8]: Int] = [:]
  private var textList = JSONWriter()
  private var entries: [WorkerContextEntry: Int] = [:]
  private var entryList = JSONWriter()

  init(sources: [Source]) {
    self.sources = Dictionary(
      sources.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  var bytes: Int { textList.bytes.count + entryList.bytes.count }

  mutating func number(of text: String) -> Int {
    // Bytes: Swift takes canonically equivalent texts for equal.
    let key = Array(text.utf8)
    if let known = texts[key] { return known }
    let number = texts.count
    texts[key] = number
    textList.value(text)
    return number
  }

  mutating func number(of entry: WorkerContextEntry) -> Int {
    if let known = entries[entry] { return known }
    let number = entries.count
    entries[entry] = number
    entry.write(to: &entryList)
    return number
  }

  func number(of source: SourceName) -> Int { sources[source.id] ?? 0 }

  /// Last: what is written before may add to it.
  func write(to writer: inout JSONWriter) {
    writer.member("worker", raw: entryList.list)
    writer.member("texts", raw: textList.list)
  }
}

extension JSONWriter {
  mutating func value(orNull number: (some BinaryInteger)?) {
    if let number { value(number) } else { null() }
  }

  /// The values that were written, as one array.
  var list: RawJSON {
    RawJSON(unchecked: [UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")])
  }
}

package import JSON

/// `Network.TimeSinceEpoch`: seconds since 1970 in UTC.
///
/// The text is kept beside the number, so that what the browser sent can be printed again as it was.
package struct TimeSinceEpoch: Hashable, Sendable {
  package var seconds: Double
  /// The number as the browser wrote it, e.g. `1795355651.7581742`.
  package var text: String

  package init(seconds: Double, text: String) {
    self.seconds = seconds
    self.text = text
  }

  package init(from reader: inout JSONReader) throws(JSONError) {
    let (seconds, text) = try reader.readDoubleAndText()
    self.init(seconds: seconds, text: text)
  }

  package func encode(to writer: inout JSONWriter) {
    writer.value(numberText: text)
  }
}

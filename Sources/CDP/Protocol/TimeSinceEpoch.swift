package import JSON

/// `Network.TimeSinceEpoch`: seconds since 1970 in UTC.
///
/// Kept as the browser wrote it, so that it can be printed again as it was.
package struct TimeSinceEpoch: Hashable, Sendable {
  /// The number's own text, e.g. `1795355651.7581742`.
  package let text: String
  /// Rounded to microseconds, which is what the browser has: the digits after them come from its
  /// conversion to a floating-point number.
  package let micros: Int64

  /// nil if the text is no number or too large for a time.
  package init?(text: String) {
    var reader = JSONReader(text)
    guard let value = try? TimeSinceEpoch(from: &reader), reader.isAtEnd() else { return nil }
    self = value
  }

  package init(micros: Int64) {
    let (seconds, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
    let digits = String(rest.magnitude)
    let sign = micros < 0 ? "-" : ""
    let fraction = String(repeating: "0", count: 6 - digits.count) + digits
    self.text = "\(sign)\(seconds.magnitude).\(fraction)"
    self.micros = micros
  }

  package init(from reader: inout JSONReader) throws(JSONError) {
    let (text, micros) = try reader.readNumberTextAndMillionths()
    self.text = text
    self.micros = micros
  }

  package var seconds: Double { Double(text) ?? Double(micros) / 1e6 }

  package func encode(to writer: inout JSONWriter) {
    writer.value(numberText: text)
  }
}

package import JSON

/// `Network.TimeSinceEpoch`: seconds since 1970 in UTC.
package struct TimeSinceEpoch: Hashable, Sendable {
  /// As the browser wrote it, e.g. `1795355651.7581742`, so that it can be printed again as it was.
  package let number: JSONNumber
  /// Rounded to microseconds, which is what the browser has: the digits after them come from its
  /// conversion to a floating-point number.
  package let micros: Int64

  package init(from reader: inout JSONReader) throws(JSONError) {
    number = try reader.readNumber()
    guard let micros = number.millionths else { throw reader.error(.numberOutOfRange) }
    self.micros = micros
  }

  package func encode(to writer: inout JSONWriter) {
    writer.value(number)
  }
}

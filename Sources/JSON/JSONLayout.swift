/// The white space of a JSON text, which says nothing and which some files must have just so.
package enum JSONLayout {
  /// `json`, which must be JSON, without its white space.
  package static func compact(_ json: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(json.count)
    var isInString = false
    var isEscaped = false
    for byte in json {
      if isInString {
        out.append(byte)
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else if !JSONReader.isWhitespace(byte) {
        out.append(byte)
        isInString = byte == UInt8(ascii: "\"")
      }
    }
    return out
  }

  /// Appends `json`, which must be JSON without white space, as `JSON.stringify(value, null, 2)`
  /// lays it out within `depth` containers (ECMA-262, SerializeJSONObject).
  package static func appendIndented(
    _ json: [UInt8], depth: Int, to out: inout [UInt8]
  ) {
    var depth = depth
    var index = 0
    while index < json.count {
      let byte = json[index]
      switch byte {
      case UInt8(ascii: "\""):
        let end = stringEnd(json, from: index)
        out.append(contentsOf: json[index..<end])
        index = end
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        out.append(byte)
        // The closing bracket comes two after the opening one in ASCII; `)` is no JSON.
        if index + 1 < json.count, json[index + 1] == byte + 2 {
          out.append(json[index + 1])
          index += 1
        } else {
          depth += 1
          appendLine(depth, to: &out)
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        appendLine(depth, to: &out)
        out.append(byte)
      case UInt8(ascii: ","):
        out.append(byte)
        appendLine(depth, to: &out)
      case UInt8(ascii: ":"):
        out.append(byte)
        out.append(UInt8(ascii: " "))
      default: out.append(byte)
      }
      index += 1
    }
  }

  /// A line's end and the indentation of the next.
  package static func appendLine(_ depth: Int, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\n"))
    for _ in 0..<depth * 2 { out.append(UInt8(ascii: " ")) }
  }

  private static func stringEnd(_ json: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < json.count, json[index] != UInt8(ascii: "\"") {
      index += json[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, json.count)
  }
}

import JSON

extension JSONReader {
  /// Reads an array whose elements are all of one kind.
  mutating func readList<Element>(
    _ element: (inout JSONReader) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    var list: [Element] = []
    try enterArray()
    while try nextElement() {
      if list.isEmpty { list.reserveCapacity(4) }
      list.append(try element(&self))
    }
    return list
  }
}

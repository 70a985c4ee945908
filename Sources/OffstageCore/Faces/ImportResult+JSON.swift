package import JSON

extension Import.Result {
  /// What came of an import, in `import --json` and HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("format", format.rawValue)
      writer.memberArray("sources") { writer in
        for source in sources { source.write(to: &writer) }
      }
      writer.member("added", added)
      writer.member("known", known)
      writer.memberObject("beside") { writer in
        for kind in Import.Beside.allCases {
          if let count = beside[kind] { writer.member(kind.rawValue, count) }
        }
      }
      writer.member("ignored", ignored)
      writer.memberObject("unknown") { writer in
        for (kind, lines) in unknown.sorted(by: { $0.key < $1.key }) { writer.member(kind, lines) }
      }
      writer.member("skipped", skipped)
      writer.memberArray("faults") { writer in
        for fault in faults { fault.write(to: &writer) }
      }
    }
  }
}

extension ImportFault {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("text", text)
      writer.member(orNull: "line", place?.line)
      writer.member(orNull: "column", place?.column)
      writer.member(orNull: "byte", place?.byte)
    }
  }
}

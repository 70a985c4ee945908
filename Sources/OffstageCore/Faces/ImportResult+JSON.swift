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
      writer.member("ignored", ignored)
    }
  }
}

package import JSON

/// Of an operation what is more than worth knowing: the worst of it, and how much there is.
package struct OperationTrouble: Sendable, Hashable {
  /// The number that was asked for.
  package var id: Int64
  /// Warnings and errors, in the order of time.
  package var findings: [Finding]

  package init(of scene: OperationScene, asked id: Int64) {
    self.id = id
    findings = Findings.of(scene).filter { $0.severity > .info }
  }

  package var severity: Finding.Severity? { findings.map(\.severity).max() }

  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", id)
      writer.member("findingsCount", findings.count)
      writer.member(orNull: "severity", severity?.rawValue)
      writer.memberArray("findings") { writer in
        for finding in findings { finding.write(to: &writer) }
      }
    }
  }
}

/// How many of the newest operations of a selection are in trouble.
package struct TroubleCount: Sendable, Hashable {
  package var operations = 0
  package var severity: Finding.Severity?
  /// How many were looked at.
  package var looked = 0
  /// None is left that was not looked at.
  package var isWhole = true

  private static let pageLimit = 100

  package init(
    _ selection: EventSelection, atMost limit: Int, store: any EventStore
  ) async throws {
    var query = OperationQuery(selection)
    repeat {
      query.limit = min(Self.pageLimit, limit - looked)
      let page = try await store.scenes(query)
      for scene in page.scenes {
        guard let worst = OperationTrouble(of: scene, asked: scene.operation.id).severity
        else { continue }
        operations += 1
        severity = max(severity ?? worst, worst)
      }
      looked += page.scenes.count
      query.after = page.next
    } while query.after != nil && looked < limit
    isWhole = query.after == nil
  }

  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("operations", operations)
      writer.member(orNull: "severity", severity?.rawValue)
      writer.member("looked", looked)
      writer.member("isWhole", isWhole)
    }
  }
}

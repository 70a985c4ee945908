/// Something that one process asks of the recorder that holds a source. It travels through the
/// store, which every process on a data folder shares (`Docs/adr/0002`).
package struct RecorderRequest: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case clearBrowserLog
    case renew
  }

  package var id: Int64
  package var source: SourceID
  package var service: Service
  package var kind: Kind

  package init(id: Int64, source: SourceID, service: Service, kind: Kind) {
    self.id = id
    self.source = source
    self.service = service
    self.kind = kind
  }
}

package enum RequestAnswer: Sendable, Hashable {
  case done
  case failed(String)
}

/// What the store says that people want of some sources' recording.
package struct RecorderControl: Sendable, Hashable {
  /// A person's wish; `revision` grows with each.
  package struct Wish: Sendable, Hashable {
    package var source: SourceID
    package var service: Service
    package var wanted: Bool
    package var revision: Int64

    package init(source: SourceID, service: Service, wanted: Bool, revision: Int64) {
      self.source = source
      self.service = service
      self.wanted = wanted
      self.revision = revision
    }
  }

  package var wishes: [Wish]
  package var requests: [RecorderRequest]

  package init(wishes: [Wish], requests: [RecorderRequest]) {
    self.wishes = wishes
    self.requests = requests
  }
}

package import JSON

/// A service worker registration that a browser has told of and not yet ended.
package struct KnownWorker: Sendable, Hashable {
  package var source: SourceName
  /// The browser's number of it.
  package var registrationId: String
  /// The scope's whole URL.
  package var scope: String
  /// As the browser last told it, where it has.
  package var script: String?

  package init(source: SourceName, registrationId: String, scope: String, script: String?) {
    self.source = source
    self.registrationId = registrationId
    self.scope = scope
    self.script = script
  }

  /// Nil for a scope that is no URL.
  package var origin: String? { OriginFacts.origin(of: scope) }

  /// The worker in HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("source", source)
      writer.member("serviceWorkerRegistrationId", registrationId)
      writer.member(orNull: "origin", origin)
      writer.member("scope", scope)
      writer.member(orNull: "script", script)
    }
  }
}

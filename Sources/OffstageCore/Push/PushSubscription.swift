/// A browser's push client, as the local push service knows it.
package struct PushDevice: Sendable, Hashable {
  /// Chromium's Android id in decimal digits, or Firefox's user agent id.
  package var id: String
  /// What it proves itself with; 0 for Firefox, whose id is a secret.
  package var securityToken: UInt64
  package var created: Timestamp
  /// The source that a Firefox is recorded as, if it is one that we launched.
  package var source: SourceID?

  package init(
    id: String, securityToken: UInt64 = 0, created: Timestamp, source: SourceID? = nil
  ) {
    self.id = id
    self.securityToken = securityToken
    self.created = created
    self.source = source
  }
}

/// What Chromium registered a subscription with. All of it is echoed with each of its messages.
package struct MCSRegistration: Sendable, Hashable {
  /// Differs by brand, as `org.chromium.linux`.
  package var app: String
  /// `wp:ORIGIN/#GUID-V2`; what else Chromium registers has none.
  package var subtype: String
  /// The application server's key in base64url, or a number.
  package var sender: String
  package var appID: String

  package init(app: String, subtype: String, sender: String, appID: String) {
    self.app = app
    self.subtype = subtype
    self.sender = sender
    self.appID = appID
  }
}

/// A subscription that a browser has made with the local push service.
package struct PushSubscription: Sendable, Hashable {
  package enum Client: Sendable, Hashable {
    case chromium(MCSRegistration)
    /// By the id of its channel.
    case firefox(channel: String)
  }

  package enum EndReason: String, Sendable, Hashable, CaseIterable {
    /// The page asked for it, or the browser did after it lost the permission.
    case unsubscribed
    /// Somebody asked for it at the push service; neither the page nor the browser was told.
    case expired
    /// Firefox did: too many pushes showed nothing.
    case quotaExceeded
    /// Firefox did: the site may show no notifications any more.
    case permissionRevoked
  }

  package struct End: Sendable, Hashable {
    package var at: Timestamp
    package var reason: EndReason

    package init(at: Timestamp, reason: EndReason) {
      self.at = at
      self.reason = reason
    }
  }

  /// The last component of its endpoint. Who knows it may send to it.
  package var token: String
  package var device: String
  package var client: Client
  /// In base64url, as the page gave it to `subscribe()`; nil if it gave none.
  package var applicationServerKey: String?
  /// The site's, if the browser told it.
  package var origin: String?
  package var created: Timestamp
  package var end: End?

  package init(
    token: String, device: String, client: Client, applicationServerKey: String?, origin: String?,
    created: Timestamp, end: End? = nil
  ) {
    self.token = token
    self.device = device
    self.client = client
    self.applicationServerKey = applicationServerKey
    self.origin = origin
    self.created = created
    self.end = end
  }
}

extension PushSubscription.EndReason {
  /// For the end of a sentence.
  package var words: String {
    switch self {
    case .unsubscribed: "the page or the browser unsubscribed"
    case .expired: "that was asked for (offstage push expire)"
    case .quotaExceeded: "too many of its pushes showed nothing, and the browser ended it"
    case .permissionRevoked: "the site may show no notifications any more"
    }
  }
}

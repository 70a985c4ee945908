/// A permission, by the name that the W3C gave it.
package struct PermissionName: RawRepresentable, Hashable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Those that a profile can hold, and what Chromium 156 calls them in `Preferences`
  /// (components/content_settings/core/browser/content_settings_registry.cc). Each was seen to turn
  /// `navigator.permissions.query` to granted, or is granted from the start.
  private static let contentSettings: [String: [String]] = [
    "background-fetch": ["automatic_downloads"],
    "background-sync": ["background_sync"],
    "camera": ["media_stream_camera"],
    "captured-surface-control": ["captured_surface_control"],
    "clipboard-read": ["clipboard"],
    "geolocation": ["geolocation"],
    "idle-detection": ["idle_detection"],
    "local-fonts": ["local_fonts"],
    "local-network-access": ["local_network_access", "local_network", "loopback_network"],
    "microphone": ["media_stream_mic"],
    "midi": ["midi", "midi_sysex"],
    "notifications": ["notifications"],
    "payment-handler": ["payment_handler"],
    "persistent-storage": ["durable_storage"],
    "push": ["notifications"],
    "storage-access": ["storage_access"],
    "window-management": ["window_placement"],
  ]

  /// Chromium grants periodic sync to installed apps alone and asks no setting; only
  /// `Browser.setPermission` overrides that, for as long as the browser runs.
  private static let protocolOnly: Set<String> = ["periodic-background-sync"]

  package static let all =
    (Array(contentSettings.keys) + Array(protocolOnly)).sorted().map(PermissionName.init)

  package static let notifications = PermissionName(rawValue: "notifications")
  package static let periodicBackgroundSync = PermissionName(rawValue: "periodic-background-sync")

  package var isKnown: Bool { needsProtocol || Self.contentSettings[rawValue] != nil }

  /// To be granted with `Browser.setPermission` at each start; a profile can't hold it.
  package var needsProtocol: Bool { Self.protocolOnly.contains(rawValue) }

  /// The names in `Preferences`; empty if a profile can't hold it.
  var contentSettings: [String] { Self.contentSettings[rawValue] ?? [] }
}

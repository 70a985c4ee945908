/// The names of permissions that a browser of ours can be told about. The list is the one of
/// `offstage open --grant`, which a test holds against this.
enum PermissionWords {
  static let all = [
    "background-fetch", "background-sync", "camera", "captured-surface-control", "clipboard-read",
    "geolocation", "idle-detection", "local-fonts", "local-network-access", "microphone", "midi",
    "notifications", "payment-handler", "periodic-background-sync", "persistent-storage", "push",
    "storage-access", "window-management",
  ]
}

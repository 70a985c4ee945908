// swift-tools-version: 6.3
import PackageDescription

// A package of its own, so that a normal build does not pay for it.
let package = Package(
  name: "cdpgen",
  platforms: [.macOS(.v15)],
  targets: [.executableTarget(name: "cdpgen")]
)

// swift-tools-version: 6.3
// What the measurements need beside Offstage itself, as a package of its own so that nobody pays
// for it in a normal build. The targets it shares with Offstage are links to their folders.
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let nio: (String) -> Target.Dependency = { .product(name: $0, package: "swift-nio") }
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "offstage-benchmarks",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "decodebench", targets: ["decodebench"]),
    .executable(name: "fakebrowser", targets: ["fakebrowser"]),
    .executable(name: "pushbench", targets: ["pushbench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  ],
  targets: [
    .executableTarget(
      name: "decodebench", dependencies: ["CDP", logging], swiftSettings: settings),
    .executableTarget(
      name: "fakebrowser", dependencies: ["OffstageTesting"], swiftSettings: settings),
    .executableTarget(
      name: "pushbench",
      dependencies: [
        "OffstageCore", "OffstagePush", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),

    .target(name: "JSON", swiftSettings: settings),
    .target(
      name: "CDP",
      dependencies: [
        "JSON", logging, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
      ],
      swiftSettings: settings),
    .target(
      name: "DBus", dependencies: [nio("NIOCore"), nio("NIOPosix")], swiftSettings: settings),
    .target(name: "OffstageCore", dependencies: ["JSON"], swiftSettings: settings),
    .target(name: "Protobuf", swiftSettings: settings),
    .target(
      name: "OffstagePush",
      dependencies: [
        "OffstageCore", "JSON", "Protobuf", logging, nio("NIOCore"), nio("NIOPosix"),
        nio("NIOHTTP1"), nio("NIOTLS"), nio("NIOWebSocket"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      swiftSettings: settings),
    .target(
      name: "OffstageTesting",
      dependencies: [
        "CDP", "DBus", "JSON", "OffstageCore", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
        nio("NIOWebSocket"),
      ],
      swiftSettings: settings),
  ]
)

// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let nio: (String) -> Target.Dependency = { .product(name: $0, package: "swift-nio") }
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "offstage",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "offstage", targets: ["offstage"]),
    .library(name: "OffstageClient", targets: ["OffstageClient"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Which target may import which is checked by Scripts/check-imports.
    .target(name: "JSON", swiftSettings: settings),
    .target(name: "Protobuf", swiftSettings: settings),
    .target(
      name: "CDP",
      dependencies: [
        "JSON", logging, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
      ],
      swiftSettings: settings),
    .target(
      name: "DBus", dependencies: [nio("NIOCore"), nio("NIOPosix")], swiftSettings: settings),
    .target(name: "OffstageCore", dependencies: ["JSON"], swiftSettings: settings),
    .target(
      name: "OffstageCapture", dependencies: ["CDP", "DBus", "OffstageCore", "JSON", logging],
      swiftSettings: settings),
    .target(
      name: "OffstageStore",
      dependencies: [
        "OffstageCore", "JSON",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: settings),
    .target(
      name: "OffstageInspect", dependencies: ["OffstageCore", "JSON", "Protobuf"],
      swiftSettings: settings),
    .target(
      name: "OffstagePush",
      dependencies: [
        "OffstageCore", "JSON", "Protobuf", logging, nio("NIOCore"), nio("NIOPosix"),
        nio("NIOHTTP1"), nio("NIOTLS"), nio("NIOWebSocket"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      swiftSettings: settings),
    .target(
      name: "OffstageServer",
      dependencies: [
        "OffstageCore", "JSON", logging, httpTypes, nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: settings),
    .target(
      name: "OffstageScenario",
      dependencies: ["OffstageCore", "JSON", .product(name: "Yams", package: "Yams")],
      swiftSettings: settings),
    .target(name: "OffstageClient", dependencies: ["OffstageCore"], swiftSettings: settings),
    .executableTarget(
      name: "offstage",
      dependencies: [
        "CDP", "DBus", "JSON", "OffstageCore", "OffstageCapture", "OffstageStore",
        "OffstageInspect", "OffstagePush", "OffstageScenario", "OffstageServer", logging,
        argumentParser, httpTypes,
        nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings,
      plugins: ["EmbedFiles"]),
    .target(
      name: "OffstageTesting",
      dependencies: [
        "CDP", "DBus", "JSON", "OffstageCore", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
        nio("NIOWebSocket"),
      ],
      swiftSettings: settings),

    // Web files become Swift source at build time, so that the binary is one file.
    .executableTarget(name: "embedfiles", swiftSettings: settings),
    .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embedfiles"]),

    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
    .testTarget(name: "ProtobufTests", dependencies: ["Protobuf"], swiftSettings: settings),
    .testTarget(
      name: "CDPTests",
      dependencies: [
        "CDP", "JSON", logging, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
        nio("NIOWebSocket"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DBusTests",
      dependencies: ["DBus", "OffstageTesting", nio("NIOCore"), nio("NIOPosix")],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageCoreTests", dependencies: ["OffstageCore", "JSON", "OffstageTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageCaptureTests",
      dependencies: [
        "OffstageCapture", "CDP", "DBus", "JSON", "OffstageCore", "OffstageStore",
        "OffstageTesting", logging,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageStoreTests",
      dependencies: [
        "OffstageStore", "OffstageCore", "OffstageTesting",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageInspectTests",
      dependencies: [
        "OffstageInspect", "OffstageCore", "OffstageStore", "OffstageTesting", "JSON",
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "OffstagePushTests",
      dependencies: [
        "OffstagePush", "OffstageCore", "OffstageStore", "OffstageTesting", "JSON", "Protobuf",
        logging, nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded"), nio("NIOHTTP1"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageScenarioTests",
      dependencies: [
        "OffstageScenario", "OffstageCore", "OffstageStore", "OffstageTesting", "JSON",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageServerTests",
      dependencies: [
        "OffstageServer", "OffstageClient", "OffstageCore", "OffstageStore", "OffstageTesting",
        "JSON", logging, httpTypes, nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageTestingTests",
      dependencies: [
        "OffstageTesting", "CDP", "JSON", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
        nio("NIOWebSocket"),
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "OffstageTests",
      dependencies: [
        "offstage", "CDP", "JSON", "OffstageCapture", "OffstageCore", "OffstageInspect",
        "OffstagePush", "OffstageScenario", "OffstageStore", "OffstageTesting", logging,
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
  ]
)

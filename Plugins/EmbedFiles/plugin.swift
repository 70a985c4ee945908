import Foundation
import PackagePlugin

/// Makes Swift source of the files in `Web`, so that the binary needs no others.
@main
struct EmbedFiles: BuildToolPlugin {
  private static let kinds: Set<String> = [
    "css", "html", "js", "json", "png", "svg", "webmanifest",
  ]

  func createBuildCommands(
    context: PluginContext, target: any Target
  ) async throws -> [Command] {
    let root = context.package.directoryURL.appending(path: "Web")
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
    let files =
      FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }
      .filter { EmbedFiles.kinds.contains($0.pathExtension) }
      .sorted { $0.path < $1.path } ?? []
    return [
      .buildCommand(
        displayName: "Embedding \(files.count) web files",
        executable: try context.tool(named: "embedfiles").url,
        arguments: [output.path, root.path] + files.map(\.path),
        inputFiles: files,
        outputFiles: [output])
    ]
  }
}

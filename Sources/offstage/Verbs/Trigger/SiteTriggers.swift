import ArgumentParser
import CDP
import OffstageCore

struct ClearSiteDataTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear-site-data",
    abstract: "Remove all that the browser keeps of an origin: workers, caches, storage, its log.")

  @Argument(help: "The origin.")
  var origin: String

  @OptionGroup var options: TriggerOptions

  func run() async throws {
    let origin = try WorkerSelector.origin(parsing: PageURL.parse(origin))
    try await TriggerVerb.run(.clearSiteData(origin: origin), options)
  }
}

extension PermissionSetting: ExpressibleByArgument {}

struct PermissionTrigger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "permission", abstract: "Grant or deny an origin a permission, or leave it open.",
    discussion: """
      Other permissions stay as they are. It holds until the browser ends or the recorder leaves \
      it; `offstage open --grant` keeps one in the profile.
      """)

  @Argument(help: "The permission, by its W3C name.")
  var name: String

  @Argument(help: "granted, denied or prompt.")
  var setting: PermissionSetting

  @Option(help: "The origin.")
  var origin: String

  @OptionGroup var options: TriggerOptions

  func run() async throws {
    let permission = try Permission.named(name)
    let origin = try WorkerSelector.origin(parsing: PageURL.parse(origin))
    try await TriggerVerb.run(
      .permission(origin: origin, name: permission.rawValue, setting), options)
  }
}

internal import Foundation
internal import JSON
package import OffstageCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What a process with a server leaves in the data folder, so that others find it and may call it.
package struct RunningFile: Sendable, Hashable {
  package var pid: Int32
  package var port: Int
  /// Bears whoever can read the file.
  package var token: String
  /// Such as `open` or `serve`.
  package var verb: String
  package var started: Timestamp
  /// Tells the process from a later one with its number; nil where the platform can't.
  var birth: String?
  private var path: String

  package init(
    ofThisProcessIn folder: DataFolder, port: Int, token: String, verb: String, started: Timestamp
  ) {
    pid = getpid()
    self.port = port
    self.token = token
    self.verb = verb
    self.started = started
    birth = ProcessBirth.mark(of: pid)
    path = "\(folder.runningPath)/\(pid).json"
  }

  /// Those whose process is alive, the newest first; what others left behind is removed.
  package static func all(in folder: DataFolder) -> [RunningFile] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.runningPath)) ?? []
    let files = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .compactMap { RunningFile(reading: "\(folder.runningPath)/\($0)") }
    for file in files where !file.isAlive { file.remove() }
    return files.filter(\.isAlive).sorted { ($0.started, $0.pid) > ($1.started, $1.pid) }
  }

  private var isAlive: Bool {
    // EPERM: it is alive and another user's.
    guard kill(pid, 0) == 0 || errno == EPERM else { return false }
    guard let birth, let now = ProcessBirth.mark(of: pid) else { return true }
    return birth == now
  }

  func write() throws(StoreError) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("pid", pid)
      writer.member("port", port)
      writer.member("token", token)
      writer.member("verb", verb)
      writer.member("startedMicros", started.micros)
      if let birth { writer.member("birth", birth) }
    }
    try PrivateFile.write(writer.bytes + [UInt8(ascii: "\n")], to: path, .replace)
  }

  func remove() {
    unlink(path)
  }

  private init?(reading path: String) {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    var members = (pid: Int?.none, port: Int?.none, started: Int?.none)
    var texts: [String: String] = [:]
    var reader = JSONReader(Array(data))
    do throws(JSONError) {
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case "pid": members.pid = try reader.readInt()
        case "port": members.port = try reader.readInt()
        case "startedMicros": members.started = try reader.readInt()
        case "token", "verb", "birth": texts[key.string] = try reader.readString()
        default: try reader.skipValue()
        }
      }
    } catch {
      return nil
    }
    guard let pid = members.pid.flatMap({ Int32(exactly: $0) }), pid > 0, let port = members.port,
      let started = members.started, let token = texts["token"], let verb = texts["verb"]
    else { return nil }
    self.pid = pid
    self.port = port
    self.token = token
    self.verb = verb
    self.started = Timestamp(micros: Int64(started))
    birth = texts["birth"]
    self.path = path
  }
}

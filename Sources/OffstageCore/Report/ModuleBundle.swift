/// Puts modules together into one script: a page that is opened as a file may load no others.
///
/// It knows the few forms of `import` and `export` that our own modules have, each at the start of a
/// line. Each module becomes a function's scope, after those that it imports.
struct ModuleBundle {
  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  private let files: [String: String]
  /// What stands in the place of a file, by path.
  private let substitutes: [String: String]
  /// By path, in the order in which they come.
  private var numbers: [String: Int] = [:]
  private var open: [String] = []
  private(set) var script = ""

  /// - Parameter files: by path, such as `ui/app.js`.
  init(
    of entry: String, in files: [String: String], substitutes: [String: String] = [:]
  ) throws(Fault) {
    self.files = files
    self.substitutes = substitutes
    _ = try add(entry)
  }

  /// The module's number.
  private mutating func add(_ path: String) throws(Fault) -> Int {
    let path = substitutes[path] ?? path
    if let number = numbers[path] { return number }
    guard !open.contains(path) else {
      throw Fault(description: "\(path) imports itself by way of others")
    }
    guard let text = files[path] else { throw Fault(description: "there is no \(path)") }
    open.append(path)
    var imports = ""
    let code = Module(text)
    for line in code.imports {
      let number = try add(ModuleBundle.resolve(line.path, from: path))
      if let names = line.names { imports += "const {\(names)} = m\(number);\n" }
    }
    open.removeLast()
    let number = numbers.count
    numbers[path] = number
    script += """
      // \(path)
      const m\(number) = (() => {
      \(imports)\(code.body)
      return { \(code.exports.joined(separator: ", ")) };
      })();

      """
    return number
  }

  private static func resolve(_ path: String, from base: String) -> String {
    var parts = base.split(separator: "/").dropLast()
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }
}

/// A module as it stands in its file.
private struct Module {
  struct Import {
    var path: String
    /// As a pattern of `const`; nil where nothing is taken by name.
    var names: String?
  }

  var imports: [Import] = []
  var exports: [String] = []
  var body = ""

  init(_ text: String) {
    let form = /^import (?:\{([^}]*)\} from )?"([^"]+)";\n/.anchorsMatchLineEndings()
    imports = text.matches(of: form).map { match in
      let names = match.1.map { String($0).replacing(/\s+as\s+/, with: ": ") }
      return Import(path: String(match.2), names: names)
    }
    body = text.replacing(form, with: "")
    let export = /^export ((?:async )?function\*? |class |const )/.anchorsMatchLineEndings()
    let named = /^export (?:async )?(?:function\*?|class|const) ([A-Za-z_$][\w$]*)/
      .anchorsMatchLineEndings()
    exports = body.matches(of: named).map { String($0.1) }
    let several = /^export const \{([^}]*)\} =/.anchorsMatchLineEndings()
    exports += body.matches(of: several).map { String($0.1) }
    body = body.replacing(export) { String($0.1) }
  }
}

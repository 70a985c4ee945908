package import Foundation

/// The pages' own files as one page, into which what is saved is put.
package struct ReportPage: Sendable {
  /// Before and after what is saved.
  let head: [UInt8]
  let foot: [UInt8]
  let version: String

  /// - Parameters:
  ///   - files: by path, such as `ui/app.js` and `report/api.js`.
  ///   - entry: the module that all begins with.
  package init(
    files: [String: Data], version: String, entry: String = "ui/app.js"
  ) throws {
    let texts = files.mapValues { String(decoding: $0, as: UTF8.self) }
    let index = texts["ui/index.html"] ?? ""
    let styles = index.matches(of: /<link rel="stylesheet" href="\/([^"]+)">/)
      .compactMap { texts[String($0.1)] }.joined(separator: "\n")
    let modules = try ModuleBundle(
      of: entry, in: texts,
      substitutes: ["ui/api.js": "report/api.js", "ui/saved.js": "report/saved.js"])
    let script = "\"use strict\";\n(() => {\n\(modules.script)})();\n"
    let icon = files["ui/icon.svg"]?.base64EncodedString() ?? ""
    for (text, end) in [(styles, "</style"), (script, "</script"), (script, "<!--")] {
      guard !text.lowercased().contains(end) else {
        throw ModuleBundle.Fault(description: "a page's own text holds \(end)")
      }
    }
    self.version = version
    head = Array(
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy(script, styles))">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>Offstage report</title>
      <link rel="icon" href="data:image/svg+xml;base64,\(icon)">
      <style>\(styles)</style>
      </head>
      <body>
      <off-app></off-app>
      <noscript>This report needs scripts; it loads none from elsewhere.</noscript>
      <script type="application/json" id="report">
      """.utf8)
    foot = Array("</script>\n<script>\(script)</script>\n</body>\n</html>\n".utf8)
  }

  /// No script and no style but the ones that are written here, and nothing from anywhere.
  private static func policy(_ script: String, _ style: String) -> String {
    let hash = { (text: String) in
      "'sha256-\(Data(SHA256.digest(Array(text.utf8))).base64EncodedString())'"
    }
    return "default-src 'none'; script-src \(hash(script)); style-src \(hash(style)); "
      + "img-src data:; base-uri 'none'; form-action 'none'; "
      + "require-trusted-types-for 'script'; trusted-types 'none'"
  }
}

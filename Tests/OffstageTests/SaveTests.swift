import CDP
import Foundation
import JSON
import OffstageTesting
import Testing

extension BrowserTests {
  /// Saving and importing with the pages, in a real Chromium.
  @Suite struct SaveTests {
    @Test(.timeLimit(.minutes(2)))
    func `what is saved, imported and saved again is the same, byte by byte`() async throws {
      try await UIBench.with { ui in
        let downloads = try await Downloads(of: ui)
        for text in ["caf\u{E9} 😀", "\"\\\u{1}\u{2028}", "{\"a\":[1]}"] {
          try await ui.worker.deliver(text)
        }
        try await ui.worker.sync("outbox")
        try await ui.showAll(pane: "pushMessaging", rows: 6)
        try await ui.save("devtools")
        let first = try await downloads.next()
        let style = /pushMessaging-\d{8}T\d{6}\.json/
        #expect(try style.wholeMatch(in: first.name) != nil, "\(first.name)")
        try await ui.expectStringified(first.text)

        try await ui.drop(first.text, as: "first.json")
        try await ui.wait(
          "document.querySelector('.report').innerText.includes('6 events added')")
        // What has no browser changes nothing of what is recorded.
        try await ui.wait("document.querySelector('.record').innerText.includes('Recording')")
        try await ui.wait("document.querySelector('off-nav a[data-service=pushMessaging] .dot.on')")
        try await ui.run("document.querySelector('.report p button').click()")
        try await ui.wait("location.search === '?filter=source%3Afirst.json'")
        try await ui.wait("document.querySelector('.record').disabled")
        try await ui.wait("document.querySelectorAll('off-table .rows .event').length === 6")
        try await ui.save("devtools")
        #expect(try await downloads.next().text == first.text)

        // Once more it adds nothing.
        try await ui.choose(first.text, as: "again.json")
        try await ui.wait(
          "document.querySelector('.report').innerText.includes('0 events added, 6 there already')")
        #expect(ui.complaints() == [])
      }
    }

    /// The files were saved by the panels of a Chromium 156, with the button of theirs.
    @Test(
      .timeLimit(.minutes(2)),
      arguments: [
        "devtools-saves-a-fetch-that-got-a-404.json",
        "devtools-saves-text-that-must-be-escaped.json",
      ])
    func `what DevTools saved is imported and saved back byte by byte`(
      _ name: String
    ) async throws {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/\(name)")
      let text = try String(contentsOf: file, encoding: .utf8)
      try await UIBench.with { ui in
        let downloads = try await Downloads(of: ui)
        try await ui.expectStringified(text)
        try await ui.drop(text, as: name)
        try await ui.wait("document.querySelector('.report p button')")
        try await ui.run("document.querySelector('.report p button').click()")
        try await ui.wait("location.search.includes('source')")
        try await ui.save("devtools")
        #expect(try await downloads.next().text == text)
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the filter of the pane is what is saved, in each format`() async throws {
      try await UIBench.with { ui in
        let downloads = try await Downloads(of: ui)
        try await ui.worker.push(3)
        try await ui.showAll(pane: "pushMessaging", rows: 6)
        try await ui.run(
          """
          (() => { const filter = document.querySelector('.filter');
            filter.value = '"push 1"'; filter.dispatchEvent(new Event('change')); })()
          """)
        try await ui.wait("document.querySelectorAll('off-table .rows .event').length === 1")
        try await ui.save("csv")
        let table = try await downloads.next()
        #expect(table.name.hasSuffix(".csv"))
        #expect(table.text.split(separator: "\r\n").count == 2)
        #expect(table.text.contains("push 1"))
        try await ui.save("jsonl")
        let lines = try await downloads.next()
        #expect(lines.name.hasSuffix(".jsonl"))
        #expect(lines.text.split(separator: "\n").count == 2)
        #expect(ui.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a report is redacted unless somebody says otherwise, other files are not`() async throws {
      try await UIBench.with { ui in
        let downloads = try await Downloads(of: ui)
        try await ui.worker.push(1)
        try await ui.showAll(pane: "pushMessaging", rows: 2)
        for (choice, format, isRedacted) in [
          ("html", "html", true), ("html", "csv", false), ("all", "csv", true),
          ("none", "html", false),
        ] {
          try await ui.save(format, redacting: choice)
          let file = try await downloads.next()
          #expect(file.name.hasSuffix("\(isRedacted ? "-redacted" : "").\(format)"), "\(file.name)")
          #expect(file.text.contains("push 0") == !isRedacted)
          #expect(file.text.contains("⟨redacted 6 bytes, ") == isRedacted)
        }
        #expect(ui.complaints() == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a file that can't be imported is named with the reason, as text`() async throws {
      try await UIBench.with { ui in
        try await ui.drop("[{}]", as: "<img src=x onerror=document.title=1>.json")
        try await ui.wait(
          "document.querySelector('.report .failed')?.innerText.includes('no event of')")
        try await ui.wait("document.querySelector('.report').innerText.includes('<img src=x')")
        try await ui.run("document.querySelector('.report button[aria-label=Close]').click()")
        try await ui.wait("document.querySelector('.report').hidden")
        #expect(try await ui.run("document.title").contains("All events"))
        #expect(ui.complaints() == [])
      }
    }
  }
}

/// A text as a script has it.
private func literal(_ text: String) -> String {
  var writer = JSONWriter()
  writer.value(text)
  return writer.string
}

/// What a browser has saved.
private final class Downloads: Sendable {
  struct File: Sendable {
    var name: String
    var text: String
  }

  private let folder: String
  private let seen = Awaited<Set<String>>([])

  init(of ui: UIBench) async throws {
    folder = ui.bench.folder + "/downloads"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = try await ui.client.connection.call(SetDownloadBehavior(downloadPath: folder))
  }

  /// The next one, when all of it is there.
  func next() async throws -> File {
    let found = Awaited<String?>(nil)
    try await eventually("a download") {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      // A file has its name when it is whole; just before, an empty one has it.
      let new = try names.first { name in
        guard !name.hasSuffix(".crdownload"), !seen.value.contains(name) else { return false }
        let facts = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
        return facts[.size] as? Int ?? 0 > 0
      }
      found.update { $0 = new }
      return new != nil
    }
    let name = found.value ?? ""
    seen.update { $0.insert(name) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    return File(name: name, text: String(decoding: bytes, as: UTF8.self))
  }
}

/// `Browser.setDownloadBehavior`, which only these tests need.
private struct SetDownloadBehavior: Command {
  static let method: StaticString = "Browser.setDownloadBehavior"

  let downloadPath: String

  func encode(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("behavior", "allow")
      writer.member("downloadPath", downloadPath)
    }
  }

  static func decodeReply(_ reader: inout JSONReader) throws(JSONError) -> NoReply {
    try reader.skipValue()
    return NoReply()
  }
}

extension UIBench {
  /// It is what the browser itself makes of these events.
  fileprivate func expectStringified(_ text: String) async throws {
    let same = "(text => JSON.stringify(JSON.parse(text), undefined, 2) === text)"
    #expect(try await run(same + "(" + literal(text) + ")").contains("true"))
  }

  fileprivate func showAll(pane: String, rows: Int) async throws {
    try await run("document.querySelector('off-nav a[data-service=\(pane)]').click()")
    try await wait("[...document.querySelectorAll('.rows .event')].length === \(rows)")
  }

  fileprivate func save(_ format: String, redacting choice: String? = nil) async throws {
    try await run("document.querySelector('off-save button').click()")
    try await wait("document.querySelector('dialog[open]')")
    if let choice { try await run("document.querySelector('dialog select').value = '\(choice)'") }
    try await run("document.querySelector('dialog button[value=\(format)]').click()")
  }

  /// As if the file were dragged into the page.
  fileprivate func drop(_ text: String, as name: String) async throws {
    try await wait("document.querySelector('off-nav .connection.live')")
    try await run(
      """
      (() => { const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([\(literal(text))], \(literal(name))));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
      })()
      """)
  }

  /// As if it were chosen in the browser's dialog.
  fileprivate func choose(_ text: String, as name: String) async throws {
    try await run(
      """
      (() => { const transfer = new DataTransfer();
        transfer.items.add(new File([\(literal(text))], \(literal(name))));
        const picker = document.querySelector('off-save input');
        picker.files = transfer.files;
        picker.dispatchEvent(new Event('change'));
      })()
      """)
  }
}

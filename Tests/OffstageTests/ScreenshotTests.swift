import CDP
import Foundation
import Testing

extension BrowserTests {
  /// For whoever looks at the pages before a change goes in: `Scripts/test` keeps them in
  /// `.build/attachments`.
  @Suite struct ScreenshotTests {
    @Test(.timeLimit(.minutes(3)), arguments: [true, false])
    func `every pane is attached as it looks`(_ isFull: Bool) async throws {
      try await PagesScene.with(isFull: isFull) { scene in
        let panes = try await scene.panes()
        #expect(panes.count >= 7)
        for look in PagesScene.Look.all {
          try await scene.look(look)
          for (number, pane) in panes.enumerated() {
            try await scene.open(number)
            try await attach(scene, "\(pane)-\(isFull ? "full" : "empty")-\(look)")
          }
          for section in isFull ? PagesScene.drawer : ["push"] {
            try await scene.openDrawer(section)
            try await attach(scene, "drawer-\(section)-\(isFull ? "full" : "empty")-\(look)")
          }
          try await scene.closeDrawer()
          guard isFull else { continue }
          try await scene.open(0)
          try await scene.offerFilters()
          try await attach(scene, "filter-\(look)")
          try await scene.mistakeFilter()
          try await attach(scene, "filter-mistake-\(look)")
          try await scene.emptyFilter()
          try await scene.page.run(
            "[...document.querySelectorAll('.rows .event')].find(e => e.innerText.includes('✕'))"
              + "?.click() ?? document.querySelector('.rows .event').click()")
          try await scene.settle()
          try await attach(scene, "details-\(look)")
          for (number, instance) in PagesScene.operations.enumerated() {
            try await scene.openOperation(instance)
            try await attach(scene, "operation-\(number)-\(look)")
          }
        }
        #expect(scene.page.complaints() == [])
      }
    }

    private func attach(_ scene: PagesScene, _ name: String) async throws {
      let image = try await scene.screenshot()
      // Wider than it is would be a page that scrolls sideways.
      let overflow = try await scene.page.answer(
        to: "String(document.documentElement.scrollWidth - document.documentElement.clientWidth)")
      #expect(overflow == "0", "\(name) scrolls sideways")
      Attachment.record(image, named: name.lowercased().replacing(" ", with: "-") + ".png")
    }
  }
}

import Testing

extension BrowserTests {
  /// The pages in a window as narrow as a phone.
  @Suite struct PhoneTests {
    private static let phone = PagesScene.Look(isDark: false, width: 400)

    @Test(.timeLimit(.minutes(3)))
    func `a dialog fits into the window, begins at its top and has its buttons in sight`()
      async throws
    {
      try await PagesScene.with(isFull: true) { scene in
        for width in [400, 1280] {
          try await scene.look(.init(isDark: false, width: width))
          try await scene.page.run(
            "document.dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true}))")
          try await scene.page.wait("document.querySelector('dialog[open]')")
          let terms = try await scene.page.answer(
            to: "document.querySelector('dialog[open]').innerText")
          #expect(terms.contains("status:failed") && terms.contains("is:open"))
          try await expectInSight(["h2", "dt", "button:last-of-type"], scene, "keys at \(width)")
          try await scene.page.run("document.querySelector('dialog[open]').close()")
          try await scene.openOperation("outbox")
          try await scene.page.run(
            "[...document.querySelectorAll('off-operation button')]"
              + ".find(({ innerText }) => innerText === 'Test…').click()")
          try await scene.page.wait("document.querySelector('dialog[open] .scenario')")
          try await expectInSight(
            ["h2", ".scenario", "button:last-of-type"], scene, "scenario at \(width)")
          try await scene.page.run("document.querySelector('dialog[open]').close()")
        }
        #expect(scene.page.complaints() == [])
      }
    }

    private func expectInSight(
      _ selectors: [String], _ scene: PagesScene, _ name: String
    ) async throws {
      for selector in selectors {
        let outside = try await scene.page.answer(
          to:
            """
            (() => {
              const { left, top, right, bottom } =
                document.querySelector('dialog[open] \(selector)').getBoundingClientRect();
              const isIn = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
              return isIn ? '' : [left, top, right, bottom].join();
            })()
            """)
        #expect(outside == "", "\(selector) of the \(name)")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an event tells how it ended where its outcome has no column, and only there`()
      async throws
    {
      try await PagesScene.with(isFull: true) { scene in
        let marked =
          "document.querySelectorAll('off-list .row.ok .event').length > 0 && "
          + "[...document.querySelectorAll('off-list .row.ok .event')]"
          + ".every(({ innerText }) => innerText.includes('✓ ') === "
        try await scene.look(Self.phone)
        try await scene.page.wait("\(marked)true)")
        #expect(
          try await scene.page.answer(
            to: "String(document.querySelectorAll('off-list .row .outcome').length)") == "0")
        try await scene.look(.init(isDark: false, width: 1280))
        try await scene.page.wait("\(marked)false)")
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the pane that is shown is not under the fading end of the bar`() async throws {
      try await PagesScene.with(isFull: false) { scene in
        try await scene.look(Self.phone)
        for pane in try await scene.panes().indices {
          try await scene.open(pane)
          let covered = try await scene.page.answer(
            to:
              """
              (() => {
                const list = document.querySelector('off-nav ul').getBoundingClientRect();
                const { left, right } =
                  document.querySelector('off-nav [aria-current]').getBoundingClientRect();
                return String(left < list.left + 9 || right > list.right - 31);
              })()
              """)
          #expect(covered == "false", "pane \(pane)")
        }
      }
    }
  }
}

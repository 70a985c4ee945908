import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// The cards in the drawer, of notifications that another browser shows.
  @Suite struct DriveNotificationTests {
    private static let granted = ["--grant", "notifications"]

    @Test(.timeLimit(.minutes(3)))
    func `a notification is a card with its buttons, and a click on one is the worker's`()
      async throws
    {
      try await DriveBench.with(
        DriveSites.notifying, "?drive=notifications", options: Self.granted
      ) { drive in
        try await drive.page.wait(
          "document.querySelector('off-drive .part').innerText.includes('None is shown.')")
        let site = try await drive.driven.attach("/")
        // Told of by the stream: the drawer looks by itself only every ten seconds.
        let began = ContinuousClock.now
        try await drive.show(
          "Ada writes",
          """
          {body: 'Lunch?\\nToday', tag: 'chat', icon: '/icon.png', image: '/image.png',
           requireInteraction: true,
           actions: [{action: 'yes', title: 'Yes'}, {action: 'no', title: 'No'}]}
          """, in: site)
        try await drive.page.wait("document.querySelector('off-drive .cards .face')")
        #expect(ContinuousClock.now - began < .seconds(6))
        try await drive.page.wait(
          "document.querySelector('off-drive .cards p')?.innerText.includes('tag chat')")
        let card = try await drive.page.answer(
          to: "document.querySelector('off-drive .cards').innerText")
        for text in ["Ada writes", "Lunch?\nToday", "Yes", "No", "requireInteraction", "operation"]
        {
          #expect(card.contains(text), "\(text) in \(card)")
        }
        #expect(card.contains(drive.driven.site.origin) && !card.contains("silent"))
        let pictures =
          "[...document.querySelectorAll('off-drive .cards img')].map(i => i.naturalWidth).join()"
        try await drive.page.wait("\(pictures) === '48,200'")

        if AxeCore.isHere {
          let axe = try AxeCore.load()
          try await axe.inject(into: drive.page)
          try await axe.expectNothing(on: drive.page, "a card")
        }
        try await drive.click("No", in: "off-drive .acts")
        try await drive.says("✓ done: notification action 1 on “Ada writes”.")
        #expect(try await drive.told(1, in: site) == "click|Ada writes|no|")
        let clicks = try await drive.bench.run("events", "--json", "is:trigger clicked")
        #expect(clicks.output.contains(#"{"key":"Action Index","value":"1"}"#), "\(clicks.output)")
        // Its handler has closed it.
        try await drive.page.wait("!document.querySelector('off-drive .cards li')")
        try await drive.page.wait(
          "document.querySelector('off-drive .part').innerText.includes('None is shown.')")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a reply that is being typed stays while others come, and each is clicked and dismissed`()
      async throws
    {
      try await DriveBench.with(
        DriveSites.notifying, "?drive=notifications", options: Self.granted
      ) { drive in
        let site = try await drive.driven.attach("/")
        try await drive.show(
          "Ada", "{actions: [{action: 'say', title: 'Say', type: 'text', placeholder: 'Hm'}]}",
          in: site)
        try await drive.page.wait(
          "document.querySelector('off-drive input[placeholder=Hm]')?.focus()"
            + " ?? document.activeElement?.placeholder === 'Hm'")
        try await drive.type("Soon", in: "off-drive .cards input")
        try await drive.show("Ben", "{silent: true}", in: site)
        try await drive.page.wait(
          "document.querySelector('off-drive .cards li').innerText.startsWith('Ben')")
        #expect(
          try await drive.page.answer(to: "document.activeElement?.value ?? ''") == "Soon")
        try await drive.page.run(
          "document.querySelector('off-drive .cards form').requestSubmit()")
        try await drive.says("✓ done: notification reply “Soon” on “Ada”.")
        #expect(try await drive.told(1, in: site) == "click|Ada||Soon")
        // Who typed there goes on with what is left.
        try await drive.page.wait("document.activeElement?.innerText === 'Ben'")
        try await drive.show("Cleo", "{}", in: site)
        try await drive.page.wait(
          "document.querySelectorAll('off-drive .cards li').length === 2")
        try await drive.click("✕", in: "off-drive .cards")
        try await drive.says("✓ done: notification dismiss on “Cleo”.")
        #expect(try await drive.told(2, in: site) == "close|Cleo")
        try await drive.page.wait("document.querySelectorAll('off-drive .cards li').length === 1")
        try await drive.page.run("document.querySelector('off-drive .face').click()")
        try await drive.says("✓ done: notification click on “Ben”.")
        #expect(try await drive.told(3, in: site) == "click|Ben||")
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `texts of a notification are text, and no longer than a card`() async throws {
      try await DriveBench.with(
        DriveSites.notifying, "?drive=notifications", options: Self.granted
      ) { drive in
        let site = try await drive.driven.attach("/")
        try await drive.show(
          #"<img src=x onerror=document.title=1>\u202E"#,
          #"""
          {body: '\u202E<b>\n\n\n\n\n' + '🙂'.repeat(50000), tag: '\u202Etag',
           actions: [{action: 'a', title: '\u202E' + 'w'.repeat(3000)}]}
          """#, in: site)
        try await drive.page.wait("document.querySelector('off-drive .cards .face')")
        #expect(
          try await drive.page.answer(
            to: "String(document.querySelectorAll('off-drive img').length)") == "0")
        let size = try await drive.page.answer(
          to: """
            (() => { const card = document.querySelector('off-drive .cards li');
              return [card.textContent.length < 5000, card.clientHeight < 500,
                card.scrollWidth <= card.clientWidth,
                document.querySelector('off-drive .body').scrollWidth
                  <= document.querySelector('off-drive .body').clientWidth,
                card.textContent.isWellFormed()].join(); })()
            """)
        #expect(size == "true,true,true,true,true")
        try await drive.page.run("document.querySelector('off-drive .acts button').click()")
        try await drive.says("✓ done: notification action 0")
        #expect(try await drive.told(1, in: site).contains("|a|"))
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `where the notifications appear elsewhere it is said`() async throws {
      try await DriveBench.with(
        DriveSites.notifying, "?drive=notifications",
        options: Self.granted + ["--notifications", "desktop"]
      ) { drive in
        try await drive.page.wait(
          "document.querySelector('off-drive .part').innerText.includes('--notifications offstage')"
        )
      }
    }
  }
}

extension DriveBench {
  /// - Parameter title: as JavaScript writes it between quotes.
  fileprivate func show(_ title: String, _ options: String, in site: SessionID) async throws {
    try await driven.client.evaluate(
      """
      navigator.serviceWorker.ready
        .then(worker => worker.showNotification('\(title)', \(options)))
      """, in: site)
  }

  /// What the site's pages were told, once it is so much: the last of it.
  fileprivate func told(_ count: Int, in site: SessionID) async throws -> String {
    try await eventually("\(count) messages of the worker") {
      try await driven.client.text(of: "String(window.told.length)", in: site) == "\(count)"
    }
    return try await driven.client.text(of: "window.told.at(-1)", in: site)
  }
}

import CDP
import Foundation
import OffstageCore
import OffstageTesting
import Testing

extension BrowserTests {
  /// Notifications as the person sees them, and what the person does to them.
  @Suite struct NotificationDeskTests {
    @Test(.timeLimit(.minutes(2)))
    func `a notification is shown with all that the page gave`() async throws {
      try await DeskStage.with { stage in
        try await stage.show(
          "Ada <b>writes</b>",
          """
          {body: 'Two & <i>three</i>\\nlines', icon: '/icon.png', image: '/image.png', tag: 'chat',
           requireInteraction: true, silent: true, actions: [
             {action: 'like', title: 'Like'},
             {action: 'answer', title: 'Answer', type: 'text', placeholder: 'Type here'}]}
          """)
        let card = try await stage.shown()
        #expect(card.title == "Ada <b>writes</b>")
        #expect(card.body == "Two & <i>three</i>\nlines")
        #expect(card.origin == stage.site.origin)
        #expect(
          card.actions == [
            .init(title: "Like"),
            .init(title: "Answer", isReply: true, placeholder: "Type here"),
          ])
        #expect(card.staysOpen && card.isSilent)
        #expect(card.icon.map { Picture.size(ofPNG: $0) } == [48, 48])
        // Not larger than 200 by 100.
        #expect(card.image.map { Picture.size(ofPNG: $0) } == [200, 40])
        try await stage.page("for (const one of await worker.getNotifications()) one.close()")
        _ = try await stage.shown("an empty desk") { $0.isEmpty }
        #expect(
          try await stage.logged(2) == [
            "“Notification displayed” “chat” Body=Two & <i>three</i>\\nlines&Title=Ada <b>writes</b>",
            "“Notification closed” “chat” ",
          ])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a click opens a page, or focuses one, and the notification stays`() async throws {
      try await DeskStage.with { stage in
        // Without a person's click no page is opened.
        try await stage.page("worker.active.postMessage('open')")
        #expect(try await stage.told(1) == ["InvalidAccessError"])

        try await stage.show("Open", "{data: 'open', tag: 'a'}")
        try await stage.desk.perform(.click, on: try await stage.shown().number)
        let page = try await stage.opened("/opened")
        #expect(try await stage.client.text(of: "document.title", in: page) == "Opened")
        #expect(try await stage.client.text(of: "document.hasFocus()", in: page) == "true")
        #expect(try await stage.told(2).last == "click|Open||")
        let card = try await stage.shown()
        #expect(card.title == "Open" && !card.staysOpen && !card.isSilent)
        #expect(card.icon == nil && card.image == nil && card.actions.isEmpty)
        try await stage.desk.perform(.dismiss, on: card.number)
        #expect(try await stage.told(3).last == "close|Open")
        #expect(await stage.desk.shown().isEmpty)
        // That it is closed is logged a moment later.
        _ = try await stage.logged(3)

        try await stage.show("Focus", "{data: 'focus', tag: 'b'}")
        try await stage.desk.perform(.click, on: try await stage.shown().number)
        #expect(try await stage.told(5).suffix(2) == ["click|Focus||", "focused true"])
        #expect(
          try await stage.client.text(of: "document.hasFocus()", in: stage.worker.page) == "true")
        #expect(
          try await stage.logged(5) == [
            "“Notification displayed” “a” Body=&Title=Open", "“Notification clicked” “a” ",
            "“Notification closed” “a” ", "“Notification displayed” “b” Body=&Title=Focus",
            "“Notification clicked” “b” ",
          ])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the buttons of one that was replaced are told apart, and a handler may close it`()
      async throws
    {
      try await DeskStage.with { stage in
        let actions = "actions: [{action: 'like', title: 'Like'}, {action: 'no', title: 'No'}]"
        try await stage.show("One", "{tag: 'chat', \(actions)}")
        let number = try await stage.shown().number
        try await stage.desk.perform(.action(1), on: number)
        #expect(try await stage.told(1) == ["click|One|no|"])
        try await stage.show("Two", "{tag: 'chat', data: 'close', \(actions)}")
        let second = try await stage.shown("the replacement") { $0.first?.title == "Two" }
        #expect(second.map(\.number) == [number])
        await #expect(throws: GestureFault.noSuchAction) {
          try await stage.desk.perform(.action(2), on: number)
        }
        await #expect(throws: GestureFault.takesNoText) {
          try await stage.desk.perform(.reply("Hi"), on: number)
        }
        try await stage.desk.perform(.action(0), on: number)
        #expect(try await stage.told(2).last == "click|Two|like|")
        _ = try await stage.shown("an empty desk") { $0.isEmpty }
        await #expect(throws: GestureFault.gone) {
          try await stage.desk.perform(.click, on: number)
        }
        #expect(
          try await stage.logged(5) == [
            "“Notification displayed” “chat” Body=&Title=One",
            "“Notification clicked” “chat” Action Index=1",
            "“Notification displayed” “chat” Body=&Title=Two",
            "“Notification clicked” “chat” Action Index=0", "“Notification closed” “chat” ",
          ])
      }
    }

    /// That the button after a text field is taken for the field is Chromium's own mistake: see
    /// `Docs/browser-facts.md`.
    @Test(.timeLimit(.minutes(2)))
    func `a reply is typed`() async throws {
      try await DeskStage.with { stage in
        try await stage.show(
          "Ada",
          """
          {tag: 'chat', actions: [
            {action: 'answer', title: 'Answer', type: 'text'}, {action: 'like', title: 'Like'}]}
          """)
        let card = try await stage.shown()
        #expect(card.actions.map(\.isReply) == [true, false])
        await #expect(throws: GestureFault.takesText) {
          try await stage.desk.perform(.action(0), on: card.number)
        }
        try await stage.desk.perform(.reply("Grüße\0 🙂"), on: card.number)
        #expect(try await stage.told(1) == ["click|Ada||Grüße\u{FFFD} 🙂"])
        try await stage.desk.perform(.action(1), on: card.number)
        #expect(try await stage.told(2).last == "click|Ada|answer|")
        #expect(
          try await stage.logged(3).suffix(2) == [
            "“Notification clicked” “chat” Reply=Grüße\u{FFFD} 🙂",
            "“Notification clicked” “chat” Action Index=0",
          ])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a text of megabytes is refused, and the browser goes on`() async throws {
      try await DeskStage.with { stage in
        try await stage.show("Long", "{body: 'x'.repeat(6 << 20)}")
        try await stage.show("Next")
        #expect(try await stage.shown().title == "Next")
      }
    }
  }
}

import Testing

/// What the filter box shows.
extension PagesScene {
  /// How a filter that is begun can go on, with one of it chosen.
  func offerFilters() async throws {
    try await write("o", event: "input")
    try await page.wait("document.querySelector('#filter-completions:not([hidden]) li')")
    try await page.run(
      """
      document.querySelector('.filter')
        .dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true}))
      """)
    try await settle()
  }

  func mistakeFilter() async throws {
    try await write("(service:push or tag:outbox) outcome:fail since:2d", event: "change")
    try await page.wait("document.querySelector('.mistake:not([hidden]) mark')")
    try await settle()
  }

  func emptyFilter() async throws {
    try await write("", event: "change")
    try await page.wait("document.querySelector('.mistake').hidden")
    try await page.run("document.querySelector('.filter').blur()")
    try await settle()
  }

  private func write(_ text: String, event: String) async throws {
    try await page.run(
      """
      (() => { const filter = document.querySelector('.filter');
        filter.focus();
        filter.value = '\(text)';
        filter.dispatchEvent(new Event('\(event)', {bubbles: true})); })()
      """)
  }
}

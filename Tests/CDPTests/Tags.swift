import Testing

extension Tag {
  /// Talks to a real browser.
  @Tag static var browser: Self
}

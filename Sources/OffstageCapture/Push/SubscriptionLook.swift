package import CDP
import JSON

/// The push subscriptions of a site's workers, as its own page would see them: asked in an empty page
/// of its origin that nobody sees.
///
/// ```swift
/// let look = SubscriptionLook(connection: connection)
/// …                                       // connection.run { look.receive($0) }
/// let found = try await look.subscriptions(of: "https://app.example")
/// ```
package struct SubscriptionLook: Sendable {
  package struct Found: Sendable, Hashable {
    /// The worker's, a whole URL.
    package var scope: String
    /// As `JSON.stringify` writes it.
    package var subscription: String
  }

  private let connection: Connection

  private static let patience = Duration.seconds(10)

  private static let question = """
    (async () => {
      const found = [];
      for (const registration of await navigator.serviceWorker.getRegistrations()) {
        const subscription = await registration.pushManager.getSubscription();
        if (subscription) found.push([registration.scope, JSON.stringify(subscription)]);
      }
      return found;
    })()
    """

  package init(connection: Connection) {
    self.connection = connection
  }

  /// To be given all that comes on the connection.
  package func receive(_ messages: [InboundMessage]) {
    for message in messages { StandInPage.answer(message, on: connection) }
  }

  package func subscriptions(of origin: String) async throws(CDPError) -> [Found] {
    let page = try await StandInPage.open(origin + "/", in: nil, on: connection)
    let answer: Result<RawJSON?, CDPError>
    do throws(CDPError) {
      answer = .success(
        try await connection.value(of: Self.question, in: page.session, within: Self.patience))
    } catch {
      answer = .failure(error)
    }
    await page.close()
    guard let raw = try answer.get() else {
      throw CDPError(.malformed, "the browser did not tell of the subscriptions of \(origin)")
    }
    do throws(JSONError) {
      return try Self.read(raw)
    } catch {
      throw CDPError(
        .malformed, "what the browser told of the subscriptions of \(origin) could not be read",
        underlying: "\(error)")
    }
  }

  private static func read(_ raw: RawJSON) throws(JSONError) -> [Found] {
    var reader = JSONReader(raw.bytes)
    var found: [Found] = []
    try reader.enterArray()
    while try reader.nextElement() {
      var texts: [String] = []
      try reader.enterArray()
      while try reader.nextElement() { texts.append(try reader.readString()) }
      guard texts.count == 2 else { continue }
      found.append(Found(scope: texts[0], subscription: texts[1]))
    }
    return found
  }
}

/// What becomes of the value of a metadata key. A key that is not listed is replaced along with its
/// value.
///
/// Source: the catalogue in Docs/browser-facts.md §4.
enum RedactionRule: Sendable {
  /// Written by a page, a server or a person.
  case secret
  /// A count, a size, an index.
  case number
  /// One of the browser's own words, or a number.
  case word
  case moment
  /// A URL, of which a part stays.
  case address

  /// Those beside constants such as `BAD_STATUS`.
  static let words: Set<String> = browsersWords.union(FirefoxCode.allCases.map(\.words))

  private static let browsersWords: Set<String> = [
    "Yes", "No", "true", "false", "Success", "Timeout", "waitUntil Rejected", "waitUntil rejected",
    "timeout", "failed", "aborted", "unknown error", "succeeded", "infinite",
    "BackgroundFetchSuccessEvent", "BackgroundFetchFailEvent", "BackgroundFetchAbortEvent",
    "AES-GCM decryption failed", "Message was not encrypted", "Message decrypted (draft 03)",
    "Message decrypted (draft 08)", "Invalid format for the Encryption header",
    "Invalid format for the Crypto-Key header",
    "There are no associated keys with the subscription",
    "The shared secret cannot be derived from the keying material",
  ]

  static func of(_ key: String, in service: Service) -> RedactionRule? {
    table[service]?[key.withoutNumber]
  }

  private static let table: [Service: [String: RedactionRule]] = [
    .backgroundFetch: [
      "Total Requests": .number, "Start Paused": .word, "URL": .address, "Request Index": .number,
      "Upload Size (bytes)": .number, "Response Status": .number, "Response Size (bytes)": .number,
      "Completed Requests": .number, "Active Requests": .number, "Event Type": .word,
      "Failure Reason": .word,
    ],
    .backgroundSync: [
      "Last Chance": .word, "Next Attempt Delay (ms)": .word, "Failure Reason": .word,
      "Status": .word,
    ],
    .periodicBackgroundSync: [
      "Next Attempt Delay (ms)": .word, "minInterval": .number, "Failure Reason": .word,
    ],
    .notifications: [
      "Title": .secret, "Body": .secret, "Reply": .secret, "Action Index": .number,
      "Show Trigger Timestamp": .moment,
    ],
    .pushMessaging: [
      "Success": .word, "Was Encrypted": .word, "Payload": .secret, "Error Reason": .word,
      "Status": .word, "Reason": .word, "Attempt": .number, "Code": .number, "Meaning": .word,
    ],
    .paymentHandler: payment,
  ]

  private static let payment: [String: RedactionRule] = {
    var rules: [String: RedactionRule] = [
      "Merchant Payment Request Origin": .address, "Merchant Top Origin": .address,
      "Method Name": .address, "Service Worker JavaScript File URL": .address,
      "Service Worker Scope": .address, "Service Worker Uses Cache": .word,
      "Payment Handler Install Success": .word, "Can Make Payment": .word, "Type": .word,
      "Payment Aborted": .word,
    ]
    let secrets = [
      "Payment Handler Name", "Instrument Key", "Method Data", "Details", "Total Currency",
      "Total Value", "Error", "Payment Method Errors", "Shipping Option Id", "Address Line", "City",
      "Country", "Dependent Locality", "Organization", "Phone", "Postal Code", "Recipient",
      "Region", "Sorting Code", "Modifier Method Name", "Modifier Method Data",
      "Modifier Total Currency", "Modifier Total Value", "Shipping Option Amount Currency",
      "Shipping Option Amount Value", "Shipping Option Label", "Shipping Option Selected",
    ]
    for key in secrets { rules[key] = .secret }
    return rules
  }()
}

extension String {
  /// `Method Name #2` is one of several.
  fileprivate var withoutNumber: String {
    utf8.contains(UInt8(ascii: "#")) ? replacing(/\ #[0-9]{1,4}/, with: "") : self
  }
}

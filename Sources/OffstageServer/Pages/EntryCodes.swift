internal import OffstageCore
internal import Synchronization

/// One-time codes: a link bears one in its fragment, and the page exchanges it for the token.
///
/// A link is seen by more than its reader (shell history, screen sharing); a used code is worth
/// nothing.
package final class EntryCodes: Sendable {
  private let codes = Mutex<[String]>([])

  /// The oldest go first.
  private static let limit = 100

  package init() {}

  package func issue() -> String {
    let code = OneTimeCode.random()
    codes.withLock { codes in
      codes.append(code)
      if codes.count > EntryCodes.limit { codes.removeFirst() }
    }
    return code
  }

  /// True once for each code that was issued.
  func redeem(_ code: String) -> Bool {
    codes.withLock { codes in
      guard let index = codes.firstIndex(where: { RequestGuard.isEqualInConstantTime(code, $0) })
      else { return false }
      codes.remove(at: index)
      return true
    }
  }
}

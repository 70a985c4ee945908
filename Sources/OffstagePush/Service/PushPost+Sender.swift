import OffstageCore

extension PushPost {
  /// That it comes from whom the page has subscribed for (RFC 8292, section 4.2).
  ///
  /// - Parameters:
  ///   - key: the subscription's `applicationServerKey`, in base64url.
  ///   - own: the key of our own sender, which may send to any.
  func checkSender(
    against key: String?, orFrom own: [UInt8]?, at now: Timestamp
  ) throws(PushRefusal) {
    guard let key, let bytes = Base64URL.decode(key) else { return }
    let fault: VAPIDFault?
    do throws(VAPIDFault) {
      let credentials = try VAPIDCredentials.parse(
        authorization: header("Authorization"), cryptoKey: header("Crypto-Key"))
      // One port speaks both, and libraries differ in which of them they take the origin of.
      let faults = ["http://", "https://"].map { scheme in
        credentials.check(
          now: now, audience: scheme + authority,
          subscriptionKey: own != nil && credentials.publicKey == own ? own : bytes
        )
        .filter { !$0.isAdvice }
      }
      fault = faults.contains([]) ? nil : faults[0].first
    } catch {
      fault = error
    }
    guard let fault else { return }
    throw PushRefusal(fault.status, fault.code, fault.message, hint: fault.hint)
  }
}

extension VAPIDFault {
  /// 401 to whom did not identify itself, 403 to whom did it wrongly.
  fileprivate var status: Int { self == .missing ? 401 : 403 }
}

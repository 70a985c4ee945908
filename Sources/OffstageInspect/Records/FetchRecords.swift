import OffstageCore
import Protobuf

/// The records of background fetches, each of which has several.
///
/// Source: content/browser/background_fetch, background_fetch.proto and storage/README.md.
struct FetchRecords {
  private struct Fetch {
    var fetch: InspectedFetch?
    var title: String?
    var requests: [InspectedFetch.Request] = []
  }

  /// By the browser's own id.
  private var found: [String: Fetch] = [:]
  private var active: Set<String> = []

  /// False if a record that should be known can't be read.
  mutating func take(_ registrationId: String, _ name: String, _ value: ArraySlice<UInt8>) -> Bool {
    func rest(_ prefix: String) -> String? {
      name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }
    if name.hasPrefix("bgfetch_active_registration_unique_id_") {
      active.insert(String(decoding: value, as: UTF8.self))
    } else if let id = rest("bgfetch_registration_") {
      guard let fetch = InspectedFetch(registrationId, value) else { return false }
      found[id, default: Fetch()].fetch = fetch
    } else if let id = rest("bgfetch_ui_options_") {
      guard let message = ProtobufReader.fields(value) else { return false }
      found[id, default: Fetch()].title = message.text(1)
    } else if let id = rest("bgfetch_pending_request_") {
      return take(.pending, id, value)
    } else if let id = rest("bgfetch_active_request_") {
      return take(.active, id, value)
    } else if let id = rest("bgfetch_completed_request_") {
      return take(.completed, id, value)
    }
    return true
  }

  private mutating func take(
    _ state: InspectedFetch.Request.State, _ key: String, _ value: ArraySlice<UInt8>
  ) -> Bool {
    guard let message = ProtobufReader.fields(value), let end = key.lastIndex(of: "_") else {
      return false
    }
    let request = message.message(3)
    found[String(key[..<end]), default: Fetch()].requests.append(
      .init(
        index: message.int(2) ?? 0, state: state, url: request?.text(1), method: request?.text(2),
        failureReason: state == .completed
          ? InspectedFetch.failureReason(message.int(6)) : nil))
    return true
  }

  var fetches: [InspectedFetch] {
    found.compactMap { id, parts in
      guard var fetch = parts.fetch else { return nil }
      fetch.isActive = active.contains(id)
      fetch.title = parts.title ?? fetch.title
      fetch.requests = parts.requests.sorted { $0.index < $1.index }
      return fetch
    }.sorted { ($0.created?.micros ?? 0, $0.id) < ($1.created?.micros ?? 0, $1.id) }
  }
}

extension InspectedFetch {
  fileprivate init?(_ registrationId: String, _ record: ArraySlice<UInt8>) {
    guard let message = ProtobufReader.fields(record), let registration = message.message(3) else {
      return nil
    }
    self.init(
      id: registration.text(2) ?? "", origin: "", registrationId: registrationId)
    let options = message.message(4)
    title = options?.text(1)
    created = message.int(1).flatMap { $0 == 0 ? nil : Timestamp(micros: $0) }
    downloaded = registration.int(6)
    downloadTotal = registration.int(5)
    uploadTotal = registration.int(3)
    requestCount = message.int(5)
    result =
      switch registration.int(7) {
      case 1: "FAILURE"
      case 2: "SUCCESS"
      default: nil
      }
    failureReason = Self.failureReason(registration.int(8))
  }

  /// As the log spells it.
  fileprivate static func failureReason(_ number: Int64?) -> String? {
    switch number {
    case 1: "CANCELLED_FROM_UI"
    case 2: "CANCELLED_BY_DEVELOPER"
    case 3: "BAD_STATUS"
    case 4: "FETCH_ERROR"
    case 5: "SERVICE_WORKER_UNAVAILABLE"
    case 6: "QUOTA_EXCEEDED"
    case 7: "DOWNLOAD_TOTAL_EXCEEDED"
    default: nil
    }
  }
}

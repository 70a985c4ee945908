import Foundation
import OffstageTesting

/// Messages of a browser as short lines, without what differs from run to run: times, ids,
/// ports, addresses, the order of metadata.
///
///     hidden < recording pushMessaging on
///     hidden < pushMessaging "Push event dispatched" instance="" registration=0 Payload=one
///     hidden < ok
struct Transcript {
  /// What to call a session.
  var names: [String: String] = [:]
  /// The site's address, which becomes SITE.
  var site = "https://app.example"

  /// None for what a transcript leaves out.
  func line(_ message: [UInt8]) -> String? {
    guard
      let members = try? JSONSerialization.jsonObject(with: Data(message)) as? [String: Any]
    else { return "< not JSON" }
    let session = (members["sessionId"] as? String).map { names[$0] ?? "?" } ?? "browser"
    let text: String?
    if let error = members["error"] as? [String: Any] {
      text = "error " + errorText(error)
    } else if members["id"] != nil {
      text = "ok"
    } else {
      text = event(
        members["method"] as? String ?? "", members["params"] as? [String: Any] ?? [:])
    }
    return text.map { "\(session) < " + $0.replacing(site, with: "SITE") }
  }

  /// Which service a message is of, as a number: its own, or that of the command it answers.
  func rank(_ message: [UInt8], commands: [Int: String]) -> Int {
    let members = try? JSONSerialization.jsonObject(with: Data(message)) as? [String: Any]
    let text =
      (members?["id"] as? Int).flatMap { commands[$0] } ?? String(decoding: message, as: UTF8.self)
    return FakeService.allCases.firstIndex { text.contains(#""service":"\#($0.rawValue)""#) } ?? -1
  }

  private func errorText(_ error: [String: Any]) -> String {
    var text = "\(error["code"] ?? "") \(error["message"] ?? "")"
    if let data = error["data"] as? String {
      text += " (" + data.replacing(#/ at position \d+/#, with: "") + ")"
    }
    return text.replacing(/[0-9A-F]{32}/, with: "ID")
  }

  private func event(_ method: String, _ params: [String: Any]) -> String? {
    switch method {
    case "BackgroundService.recordingStateChanged":
      let isRecording = params["isRecording"] as? Bool == true
      return "recording \(params["service"] ?? "") \(isRecording ? "on" : "off")"
    case "BackgroundService.backgroundServiceEventReceived":
      return backgroundEvent(params["backgroundServiceEvent"] as? [String: Any] ?? [:])
    case "ServiceWorker.workerRegistrationUpdated":
      let all = params["registrations"] as? [[String: Any]] ?? []
      let texts = all.map { entry in
        let isDeleted = entry["isDeleted"] as? Bool == true
        return "\(entry["registrationId"] ?? "") \(entry["scopeURL"] ?? "")"
          + (isDeleted ? " deleted" : "")
      }
      return "registrations [\(texts.joined(separator: ", "))]"
    case "Target.attachedToTarget", "Target.detachedFromTarget":
      let session = params["sessionId"] as? String ?? ""
      return "\(method.dropFirst(7)) \(names[session] ?? "new")"
    case "Inspector.detached":
      return "Inspector.detached \(params["reason"] ?? "")"
    default:
      // Titles, addresses and the states of a worker on its way are the browser's own affair.
      return nil
    }
  }

  private func backgroundEvent(_ event: [String: Any]) -> String {
    let metadata = (event["eventMetadata"] as? [[String: String]] ?? [])
      .map { " \($0["key"] ?? "")=\($0["value"] ?? "")" }.sorted().joined()
    return "\(event["service"] ?? "") \"\(event["eventName"] ?? "")\""
      + " instance=\"\(event["instanceId"] ?? "")\""
      + " registration=\(event["serviceWorkerRegistrationId"] ?? "")"
      + " \(event["origin"] ?? "")\(metadata)"
  }
}

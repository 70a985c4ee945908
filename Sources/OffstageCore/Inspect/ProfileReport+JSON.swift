package import JSON

extension ProfileReport {
  /// What `inspect --json` prints: the reports of all profiles together, each thing with the profile
  /// that it is of.
  ///
  /// - Parameter source: the source that a profile is recorded as, if it is known.
  package static func write(
    _ reports: [ProfileReport], to writer: inout JSONWriter,
    source: (ProfileReport) -> SourceName?
  ) {
    writer.object { writer in
      writer.memberArray("profiles") { writer in
        for report in reports { report.writeProfile(source(report), to: &writer) }
      }
      writer.memberArray("events") { writer in
        for report in reports { report.writeEvents(source(report), to: &writer) }
      }
      writer.memberArray("registrations") { writer in
        for report in reports {
          for registration in report.registrations {
            registration.write(of: report.folder, to: &writer)
          }
        }
      }
      writer.memberArray("pendingSyncs") { writer in
        for report in reports {
          for sync in report.syncs { sync.write(of: report, to: &writer) }
        }
      }
      writer.memberArray("fetches") { writer in
        for report in reports {
          for fetch in report.fetches { fetch.write(of: report, to: &writer) }
        }
      }
      writer.memberArray("leases") { writer in
        for report in reports { report.writeLeases(to: &writer) }
      }
      writer.memberArray("subscriptions") { writer in
        for report in reports {
          for subscription in report.subscriptions {
            subscription.write(of: report.folder, to: &writer)
          }
        }
      }
      writer.memberArray("faults") { writer in
        for report in reports {
          for fault in report.faults {
            writer.object { writer in
              writer.member("profile", report.folder.name)
              writer.member("sentence", fault)
            }
          }
        }
      }
    }
  }

  private func writeProfile(_ source: SourceName?, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("profile", folder.name)
      writer.member("userDataDir", folder.userDataDir)
      writer.member("path", folder.path)
      writer.member("read", read)
      writer.member("isOpen", holder != nil)
      writer.member(orNull: "pid", holder)
      writer.member(orNull: "browserVersion", browserVersion)
      if let source {
        writer.member("source", source)
      } else {
        writer.memberNull("source")
      }
    }
  }

  private func writeEvents(_ source: SourceName?, to writer: inout JSONWriter) {
    for event in events {
      EventShape(
        id: nil, logged: event, received: read, scope: scope(of: event), sourceId: source?.id,
        sourceName: source?.name ?? folder.suggestedName, capture: .inspect
      ).write(to: &writer)
    }
  }

  private func writeLeases(to writer: inout JSONWriter) {
    for service in Service.allCases {
      guard let lease = leases?[service] else { continue }
      writer.object { writer in
        writer.member("profile", folder.name)
        writer.member("service", service.rawValue)
        writer.member("isRecording", lease.isRunning(at: read))
        writer.member("expires", lease.end)
      }
    }
  }
}

extension DiskLease {
  package func isRunning(at now: Timestamp) -> Bool { end.map { $0 > now } ?? false }

  package var end: Timestamp? {
    if case .until(let end) = self { end } else { nil }
  }
}

extension InspectedRegistration {
  fileprivate func write(of folder: ProfileFolder, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("profile", folder.name)
      writer.member("registrationId", id)
      writer.member("scope", scope)
      writer.member("storageKey", storageKey)
      writer.member("script", script)
      writer.member("isActive", isActive)
      writer.member("hasFetchHandler", hasFetchHandler)
      writer.member("versionId", versionId)
      writer.member("lastUpdateCheck", lastUpdateCheck)
      writer.member(orNull: "bytes", bytes)
      writer.memberArray("scripts") { writer in
        for script in scripts {
          writer.object { writer in
            writer.member("url", script.url)
            writer.member(orNull: "bytes", script.bytes)
            writer.member(orNull: "sha256", script.sha256)
          }
        }
      }
    }
  }
}

extension PendingSync {
  fileprivate func write(of report: ProfileReport, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("profile", report.folder.name)
      writer.member("service", service.rawValue)
      writer.member("tag", tag)
      writer.member("origin", origin.withoutTrailingSlash)
      writer.member("registrationId", registrationId)
      writer.member(orNull: "scope", report.registration(registrationId)?.scope)
      writer.member("attempts", attempts)
      writer.member(orNull: "maxAttempts", maxAttempts)
      writer.member("nextFire", notBefore)
      writer.member(orNull: "minIntervalMicros", minInterval?.micros)
      writer.member("sentence", sentence(now: report.read, isOpen: report.holder != nil))
    }
  }
}

extension InspectedFetch {
  fileprivate func write(of report: ProfileReport, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("profile", report.folder.name)
      writer.member("id", id)
      writer.member("origin", origin.withoutTrailingSlash)
      writer.member("registrationId", registrationId)
      writer.member(orNull: "scope", report.registration(registrationId)?.scope)
      writer.member("isActive", isActive)
      writer.member(orNull: "title", title)
      writer.member("created", created)
      writer.member(orNull: "downloaded", downloaded)
      writer.member(orNull: "downloadTotal", downloadTotal)
      writer.member(orNull: "uploadTotal", uploadTotal)
      writer.member(orNull: "result", result)
      writer.member(orNull: "failureReason", failureReason)
      for state in Request.State.allCases { writer.member(state.rawValue, count(state)) }
      writer.memberArray("requests") { writer in
        for request in requests { request.write(to: &writer) }
      }
      writer.member("sentence", sentence)
    }
  }
}

extension InspectedFetch.Request {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("index", index)
      writer.member("state", state.rawValue)
      writer.member(orNull: "method", method)
      writer.member(orNull: "url", url)
      writer.member(orNull: "failureReason", failureReason)
    }
  }
}

extension InspectedSubscription {
  fileprivate func write(of folder: ProfileFolder, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("profile", folder.name)
      writer.member("registrationId", registrationId)
      writer.member(orNull: "scope", scope)
      writer.member(orNull: "tokenSha256", tokenHash)
      writer.member(orNull: "senderSha256", senderHash)
    }
  }
}

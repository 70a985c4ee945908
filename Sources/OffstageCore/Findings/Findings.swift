/// All rules, and what they say of an operation, a worker's mistakes, a gap.
package enum Findings {
  static let ofOperations: [any OperationRule.Type] = [
    PushUndecryptable.self, PushHandlerThrew.self, PushRejected.self, PushTimeout.self,
    PushSilent.self, PushNotificationLate.self, PushGenericNotification.self,
    PushPermissionLost.self, PushPermissionLostAtRestart.self, PushUnknownSubscription.self,
    PushNoWorker.self, PushRevokedByBrowser.self, PushNotDispatched.self, PushNeverCompleted.self,
    PushFailedInFirefox.self, PushNotGivenByFirefox.self,
    SyncRetrying.self, SyncGaveUp.self, SyncTimeout.self, SyncRecovered.self,
    SyncWorkerFailed.self, SyncHandlerThrew.self, SyncEndedAtOnce.self,
    SyncReregisteredInALoop.self, SyncRegisteredInALoop.self, SyncHeld.self, SyncWaiting.self,
    SyncNeverFired.self, SyncDispatchedOffline.self, SyncGoneWithItsWorker.self,
    SyncNeverCompleted.self,
    PeriodicStretched.self, PeriodicFailed.self, PeriodicTimeout.self, PeriodicHandlerThrew.self,
    PeriodicNeverFired.self, PeriodicOverdue.self,
    FetchBadStatus.self, FetchFailed.self, FetchTotalExceeded.self, FetchQuotaExceeded.self,
    FetchAborted.self, FetchCancelled.self, FetchNoWorker.self, FetchStalled.self,
    FetchRetriedSilently.self, FetchQueued.self, FetchResumed.self, FetchStartsPaused.self,
    FetchHandlerThrew.self,
    NotificationReplaced.self, NotificationClosedAtOnce.self, NotificationClickThrew.self,
    PaymentRejected.self, PaymentNoResponse.self, PaymentTimeout.self, PaymentWorkerFailed.self,
    PaymentAnswerIncomplete.self, PaymentWindowClosed.self, PaymentWindowFailed.self,
    PaymentInstallFailed.self, PaymentOtherMethod.self, CanMakePaymentThrew.self,
    PaymentCannotPay.self, PaymentAbortRefused.self, PaymentMerchantGone.self,
    WorkerUnregisteredMidway.self, WorkerUpdatedMidway.self,
  ]

  /// Of a mistake that is known by its words.
  static let ofMistakes: [any WorkerRule.Type] = [
    FetchInWorker.self, NotificationRefused.self, NotificationConstructor.self,
    SyncRefused.self,
  ]

  /// Of what was posted to the push service.
  static let ofPushes: [any PushPostRule] =
    PushRefusedRule.all + [
      PushEndpointUnknown(), PushEndpointGone(), PushEndpointGoneAgain(), PushExpired(),
      PushReplaced(), PushWaiting(), PushEndedWithSubscription(), PushNotLogged(),
      PushFaultInjected(),
    ]

  private static let byService: [Service: [any OperationRule.Type]] = Dictionary(
    uniqueKeysWithValues: Service.allCases.map { service in
      (service, ofOperations.filter { $0.services.contains(service) })
    })

  package static let notes: [RuleNote] =
    ofOperations.map { $0.note } + ofPushes.map(\.note) + ofMistakes.map { $0.note }
    + [WorkerError.note] + GapRule.all.map(\.note)

  /// What is wrong with an operation. Nothing follows from what is missing of a truncated one, and
  /// the browser tells no end of a simulated one.
  package static func of(_ scene: OperationScene) -> [Finding] {
    guard !scene.operation.operation.isTruncated, scene.operation.operation.state != .simulated
    else { return [] }
    let subject = OperationCase(scene)
    return (byService[scene.operation.service] ?? []).compactMap { rule in
      rule.verdict(on: subject).map { verdict in
        Finding(
          rule: rule.note.id, severity: rule.note.severity, message: verdict.message,
          mend: verdict.mend, reference: rule.note.reference, service: scene.operation.service,
          source: scene.operation.source, origin: scene.operation.origin,
          scope: scene.operation.scope, instanceId: scene.operation.instanceId,
          operationId: scene.operation.id, at: verdict.at, events: verdict.events)
      }
    }
  }

  package static func of(_ gap: Gap) -> Finding? { GapRule.finding(of: gap) }

  /// What is wrong with a message, beside what the browser's log tells of it.
  package static func of(_ push: PostedPush) -> [Finding] {
    ofPushes.compactMap { rule in
      rule.verdict(on: push).map { verdict in
        Finding(
          rule: rule.note.id, severity: rule.note.severity, message: verdict.message,
          mend: verdict.mend, reference: rule.note.reference, service: .pushMessaging,
          source: push.source, origin: push.subscription?.origin, scope: nil, instanceId: "",
          operationId: nil, at: verdict.at, events: [], pushId: push.message.id)
      }
    }
  }

  /// What a handler reported is said of its operation, unless its words tell more.
  package static func of(_ report: WorkerReport) -> [Finding] {
    var findings: [Finding] = []
    for entry in report.entries {
      guard
        let mistake = WorkerMistake(
          entry, source: report.source, origin: report.origin, scope: report.scope)
      else { continue }
      let known = ofMistakes.lazy.compactMap { rule in
        rule.verdict(on: mistake).map { (rule.note, rule.service, $0) }
      }.first
      let isOfHandler = report.handled.contains { $0.contains(entry.at) }
      let found =
        known
        ?? (isOfHandler
          ? nil
          : WorkerError.verdict(on: mistake).map { (WorkerError.note, WorkerError.service, $0) })
      guard let (note, service, verdict) = found else { continue }
      let finding = Finding(
        rule: note.id, severity: note.severity, message: verdict.message, mend: verdict.mend,
        reference: note.reference, service: service, source: report.source, origin: report.origin,
        scope: report.scope, instanceId: "", operationId: nil, at: verdict.at, events: [])
      // The browser may report one mistake twice.
      if findings.contains(where: {
        $0.rule == finding.rule && $0.message == finding.message
          && finding.at - $0.at < .seconds(1)
      }) {
        continue
      }
      findings.append(finding)
    }
    return findings
  }
}

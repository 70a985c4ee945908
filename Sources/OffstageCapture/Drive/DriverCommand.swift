package import CDP
package import OffstageCore

/// What a driver has the browser do.
package enum DriverCommand: Sendable, Hashable {
  case deliverPush(origin: String, registration: String, data: String)
  case dispatchSync(origin: String, registration: String, tag: String, isLastChance: Bool)
  case dispatchPeriodicSync(origin: String, registration: String, tag: String)
  case startWorker(scope: String)
  case stopWorker(version: String)
  case updateRegistration(scope: String)
  case unregister(scope: String)
  case clearData(origin: String)
  case setPermission(origin: String, name: String, PermissionSetting, contextId: String?)
  case attach(Target.TargetID)
  case detach(SessionID)
  case enableNetwork
  case emulateNetwork(isOffline: Bool)
  case evaluate(String)

  /// Said to the browser itself, not within a session.
  var isForBrowser: Bool {
    switch self {
    case .setPermission, .attach, .detach: true
    default: false
    }
  }
}

extension Connection {
  func post(_ command: DriverCommand, session: SessionID?, ticket: UInt64) {
    func id(_ registration: String) -> ServiceWorker.RegistrationID {
      ServiceWorker.RegistrationID(rawValue: registration)
    }
    func send(_ command: some Command) { post(command, session: session, ticket: ticket) }
    switch command {
    case .deliverPush(let origin, let registration, let data):
      send(
        ServiceWorker.DeliverPushMessage(
          origin: origin, registrationId: id(registration), data: data))
    case .dispatchSync(let origin, let registration, let tag, let isLastChance):
      send(
        ServiceWorker.DispatchSyncEvent(
          origin: origin, registrationId: id(registration), tag: tag, lastChance: isLastChance))
    case .dispatchPeriodicSync(let origin, let registration, let tag):
      send(
        ServiceWorker.DispatchPeriodicSyncEvent(
          origin: origin, registrationId: id(registration), tag: tag))
    case .startWorker(let scope): send(ServiceWorker.StartWorker(scopeURL: scope))
    case .stopWorker(let version): send(ServiceWorker.StopWorker(versionId: version))
    case .updateRegistration(let scope): send(ServiceWorker.UpdateRegistration(scopeURL: scope))
    case .unregister(let scope): send(ServiceWorker.Unregister(scopeURL: scope))
    case .clearData(let origin):
      send(Storage.ClearDataForOrigin(origin: origin, storageTypes: "all"))
    case .setPermission(let origin, let name, let setting, let contextId):
      send(
        Browser.SetPermission(
          permission: Browser.PermissionDescriptor(name: name),
          setting: Browser.PermissionSetting(rawValue: setting.rawValue), origin: origin,
          browserContextId: contextId.map(Browser.BrowserContextID.init(rawValue:))))
    case .attach(let target): send(Target.AttachToTarget(targetId: target, flatten: true))
    case .detach(let session): send(Target.DetachFromTarget(sessionId: session))
    case .enableNetwork: send(Network.Enable())
    case .emulateNetwork(let isOffline):
      send(
        Network.EmulateNetworkConditions(
          offline: isOffline, latency: 0, downloadThroughput: -1, uploadThroughput: -1))
    case .evaluate(let expression):
      // The console's own functions tell what a worker listens to.
      send(
        Runtime.Evaluate(
          expression: expression, includeCommandLineAPI: true, returnByValue: true,
          awaitPromise: true))
    }
  }
}

import JSON

extension FakeBrowserModel {
  mutating func answerTarget(
    _ request: FakeRequest, session: Int
  ) throws(FakeProtocolError) -> RawJSON? {
    let key = sessions[session].key
    switch request.method {
    case "Target.getTargets":
      let filter = request.targetFilter()
      let shown = targets.filter { $0.kind != .browser && filter.admits($0) }
      return object { writer in
        writer.memberArray("targetInfos") { writer in
          for target in shown { target.write(into: &writer, isAttached: isAttached(target.id)) }
        }
      }
    case "Target.getTargetInfo":
      let id = try request.optionalString("targetId") ?? sessions[session].targetID
      guard let target = target(id) else { throw .noTarget }
      return object { writer in
        writer.key("targetInfo")
        target.write(into: &writer, isAttached: isAttached(id))
      }
    case "Target.getBrowserContexts":
      let others = contexts.filter { $0.isOffTheRecord && $0.isListed }
      return object { writer in
        writer.memberArray("browserContextIds") { writer in
          for context in others { writer.value(context.id) }
        }
        writer.member("defaultBrowserContextId", contexts[0].id)
      }
    case "Target.setDiscoverTargets":
      let wasDiscovering = sessions[session].discovers != nil
      let filter = request.targetFilter()
      sessions[session].discovers = try request.bool("discover") ? filter : nil
      // Seen: asked again, only what is new is announced.
      guard !wasDiscovering, sessions[session].discovers != nil else { return .emptyObject }
      for target in targets where filter.admits(target) {
        emitInfo("Target.targetCreated", target, to: key)
      }
    case "Target.setAutoAttach":
      setAutoAttach(try request.bool("autoAttach"), session: session)
    case "Target.createTarget":
      return try createTarget(request, client: key.client)
    case "Target.attachToTarget":
      guard let target = target(try request.string("targetId")) else { throw .noTarget }
      let id = attach(to: target, parent: key)
      return object { $0.member("sessionId", id) }
    case "Target.detachFromTarget":
      let id = try request.string("sessionId")
      guard sessions.contains(where: { $0.key == .init(client: key.client, id: id) }) else {
        throw .init(-32602, "No session with given id")
      }
      detach(.init(client: key.client, id: id))
    case "Target.closeTarget":
      let id = try request.string("targetId")
      guard target(id) != nil else { throw .noTarget }
      afterwards { $0.closePage(id) }
      return object { $0.member("success", true) }
    case "Target.createBrowserContext":
      let dies = try request.optionalBool("disposeOnDetach") ?? false
      let context = addContext(named: nil, owner: dies ? key.client : nil)
      return object { $0.member("browserContextId", contexts[context].id) }
    case "Target.disposeBrowserContext":
      let id = try request.string("browserContextId")
      guard let context = listedContext(id), contexts[context].isOffTheRecord else {
        throw .init(-32000, "Failed to find context with id \(id)")
      }
      dispose(context)
    case "Target.activateTarget":
      break
    default:
      throw .notFound(request.method)
    }
    return .emptyObject
  }

  private func object(_ members: (inout JSONWriter) -> Void) -> RawJSON {
    var writer = JSONWriter()
    writer.object { members(&$0) }
    return RawJSON(unchecked: writer.bytes)
  }

  private func listedContext(_ id: String) -> Int? {
    contexts.firstIndex { $0.id == id && $0.isListed }
  }

  private mutating func createTarget(
    _ request: FakeRequest, client: ClientID
  ) throws(FakeProtocolError) -> RawJSON {
    let url = try request.string("url")
    var context = 0
    if let id = try request.optionalString("browserContextId") {
      guard let found = listedContext(id) else {
        throw .init(-32000, "Failed to find browser context with id \(id)")
      }
      context = found
    }
    let isHidden = try request.optionalBool("hidden") ?? false
    let id = openTarget(
      url: url, context: contexts[context].id, owner: isHidden ? client : nil)
    return object { $0.member("targetId", id) }
  }

  // MARK: Targets

  func isAttached(_ targetID: String) -> Bool {
    sessions.contains { $0.targetID == targetID }
  }

  /// With an owner it is hidden: of type `other`, and it ends with its owner's connection.
  @discardableResult
  mutating func openTarget(url: String, context: String, owner: ClientID?) -> String {
    let id = random.hexID()
    let tab = FakeTarget(
      id: random.hexID(), kind: .tab, contextID: context, url: url, tabOf: id)
    add(tab)
    var target = FakeTarget(
      id: id, kind: owner == nil ? .page : .other, contextID: context,
      url: owner == nil ? url : "", owner: owner)
    add(target)
    // Seen: address and title come once it has loaded.
    target.url = url
    target.title = url
    let loaded = target
    afterwards { model in
      guard let index = model.targets.firstIndex(where: { $0.id == id }) else { return }
      model.targets[index] = loaded
      model.announceInfo(loaded)
    }
    return id
  }

  mutating func add(_ target: FakeTarget) {
    targets.append(target)
    for session in sessions where session.discovers?.admits(target) == true {
      emitInfo("Target.targetCreated", target, to: session.key)
    }
    guard target.kind == .page || target.kind == .serviceWorker else { return }
    for session in sessions where session.attachesAutomatically {
      attach(to: target, parent: session.key, isAutomatic: true)
    }
  }

  /// A page or hidden target with its tab.
  mutating func closePage(_ id: String) {
    guard let target = target(id) else { return }
    // Seen: `Inspector.detached` comes when the renderer ends with the page, and a running worker
    // of the page's origin keeps it (Docs/browser-facts.md §2).
    let hasWorker = targets.contains { $0.kind == .serviceWorker && $0.origin == target.origin }
    if target.kind == .page, !hasWorker {
      for session in sessions(on: id) {
        emit("Inspector.detached", to: session.key) { writer in
          writer.object { $0.member("reason", "Render process gone.") }
        }
      }
    }
    destroy(id)
    if let tab = targets.first(where: { $0.tabOf == id }) { destroy(tab.id) }
  }

  /// Seen: unattached, the sessions end, destroyed.
  mutating func destroy(_ id: String) {
    guard let index = targets.firstIndex(where: { $0.id == id }) else { return }
    let target = targets[index]
    let ended = sessions(on: id)
    sessions.removeAll { $0.targetID == id && $0.key.id != nil }
    if !ended.isEmpty { announceInfo(target) }
    for session in ended { announceEnd(of: session) }
    targets.removeAll { $0.id == id }
    for session in sessions where session.discovers?.admits(target) == true {
      emit("Target.targetDestroyed", to: session.key) { writer in
        writer.object { $0.member("targetId", id) }
      }
    }
    // A connection to that one page ends with it.
    for session in ended where session.key.id == nil {
      forget(session.key.client)
      outputs.append(.end(.abrupt, of: session.key.client))
    }
  }

  // MARK: Sessions

  @discardableResult
  mutating func attach(
    to target: FakeTarget, parent: FakeSession.Key, isAutomatic: Bool = false
  ) -> String {
    let wasAttached = isAttached(target.id)
    let id = random.hexID()
    sessions.append(
      FakeSession(
        key: .init(client: parent.client, id: id), parent: parent, targetID: target.id,
        isAutomatic: isAutomatic))
    if !wasAttached { announceInfo(target) }
    emit("Target.attachedToTarget", to: parent) { writer in
      writer.object { writer in
        writer.member("sessionId", id)
        writer.key("targetInfo")
        target.write(into: &writer, isAttached: true)
        writer.member("waitingForDebugger", false)
      }
    }
    return id
  }

  mutating func detach(_ key: FakeSession.Key) {
    guard let session = sessions.first(where: { $0.key == key }) else { return }
    sessions.removeAll { $0.key == key }
    announceEnd(of: session)
    if let target = target(session.targetID), !isAttached(target.id) { announceInfo(target) }
  }

  private mutating func setAutoAttach(_ isOn: Bool, session: Int) {
    let key = sessions[session].key
    // Of a page session it means the page's own workers and frames; the fake's have none.
    guard target(sessions[session].targetID)?.kind == .browser else { return }
    guard sessions[session].attachesAutomatically != isOn else { return }
    sessions[session].attachesAutomatically = isOn
    if isOn {
      for target in targets
      where target.kind == .page || target.kind == .serviceWorker || target.kind == .browserUI {
        attach(to: target, parent: key, isAutomatic: true)
      }
    } else {
      for session in sessions where session.parent == key && session.isAutomatic {
        detach(session.key)
      }
    }
  }

  /// What a connection leaves behind. Seen: its hidden targets go, and with them other clients'
  /// sessions on them; so do the contexts that were to be disposed of with it, and no others.
  mutating func forget(_ client: ClientID) {
    guard clients.contains(client) else { return }
    let left = sessions.filter { $0.key.client == client }
    sessions.removeAll { $0.key.client == client }
    for target in targets where target.owner == client {
      if target.kind == .browser { destroy(target.id) } else { closePage(target.id) }
    }
    for session in left {
      if let target = target(session.targetID), !isAttached(target.id) { announceInfo(target) }
    }
    for index in contexts.indices where contexts[index].owner == client { dispose(index) }
  }

  private mutating func announceEnd(of session: FakeSession) {
    guard let parent = session.parent, let id = session.key.id else { return }
    guard sessions.contains(where: { $0.key == parent }) else { return }
    emit("Target.detachedFromTarget", to: parent) { writer in
      writer.object { writer in
        writer.member("sessionId", id)
        writer.member("targetId", session.targetID)
      }
    }
  }

  private mutating func announceInfo(_ target: FakeTarget) {
    for session in sessions where session.discovers?.admits(target) == true {
      emitInfo("Target.targetInfoChanged", target, to: session.key)
    }
  }

  private mutating func emitInfo(_ method: String, _ target: FakeTarget, to key: FakeSession.Key) {
    let attached = isAttached(target.id)
    emit(method, to: key) { writer in
      writer.object { writer in
        writer.key("targetInfo")
        target.write(into: &writer, isAttached: attached)
      }
    }
  }
}

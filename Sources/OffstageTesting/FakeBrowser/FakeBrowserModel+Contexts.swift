extension FakeBrowserModel {
  mutating func addContext(named name: FakeContextKey?, owner: ClientID?) -> Int {
    let id = random.hexID()
    var context = FakeContext(key: name ?? FakeContextKey(id), id: id)
    context.owner = owner
    context.lease = contexts[0].lease.copied()
    contexts.append(context)
    return contexts.endIndex - 1
  }

  /// Seen: the pages end before the reply, the rest after it, and a hidden target stays, its
  /// session still answering, until it is closed or its client goes.
  mutating func dispose(_ index: Int) {
    guard contexts[index].isListed else { return }
    let id = contexts[index].id
    contexts[index].isListed = false
    markGone(in: contexts[index].key) { _ in true }
    for target in targets where target.contextID == id && target.kind == .page {
      closePage(target.id)
    }
    afterwards { model in
      for target in model.targets
      where target.contextID == id && (target.kind == .browserUI || target.kind == .serviceWorker) {
        model.destroy(target.id)
      }
    }
  }
}

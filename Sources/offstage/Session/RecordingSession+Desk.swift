import OffstageCore
import OffstageStore

extension RecordingSession {
  /// Keeps what is shown on a browser's desk, until the task is cancelled.
  func keepShown(on desk: any NotificationDesk, of browser: Int) async {
    for await change in await desk.changes() {
      guard let source = browsers.profile(of: browser)?.id else { continue }
      // What can't be written now is said by the recorder.
      switch change {
      case .shown(let shown): try? await store.note(StoredNotification(shown), of: source)
      case .closed(let number, let moment):
        try? await store.noteClosed(number, of: source, at: moment)
      }
    }
  }
}

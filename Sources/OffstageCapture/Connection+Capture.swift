import CDP
import OffstageCore

extension Connection {
  func post(_ command: CaptureCommand, session: SessionID?, ticket: Ticket) {
    func name(_ service: Service) -> BackgroundService.ServiceName {
      BackgroundService.ServiceName(rawValue: service.rawValue)
    }
    switch command {
    case .startObserving(let service):
      post(
        BackgroundService.StartObserving(service: name(service)), session: session,
        ticket: ticket.rawValue)
    case .stopObserving(let service):
      post(
        BackgroundService.StopObserving(service: name(service)), session: session,
        ticket: ticket.rawValue)
    case .setRecording(let service, let on):
      post(
        BackgroundService.SetRecording(shouldRecord: on, service: name(service)),
        session: session, ticket: ticket.rawValue)
    case .clearEvents(let service):
      post(
        BackgroundService.ClearEvents(service: name(service)), session: session,
        ticket: ticket.rawValue)
    }
  }
}

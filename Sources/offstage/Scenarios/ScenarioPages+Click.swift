import CDP
import OffstageCore
import OffstageScenario

extension ScenarioPages {
  /// As a person does it: the browser is told of a mouse, so that the page sees a trusted event and has
  /// the person's activation.
  func click(_ selector: String, in page: Page, within limit: Interval) async throws(StageError) {
    let end = ContinuousClock.now + limit.duration
    let name = "“\(selector.escapedForTerminal)”"
    let point = try await target(name, selector, in: page, within: limit, until: end)
    do throws(CDPError) {
      try await send(.mousePressed, at: point, in: page, until: end)
      try await send(.mouseReleased, at: point, in: page, until: end)
    } catch  where error.code == .detached {
      // The click has closed the page.
    } catch {
      var failure = stageError(
        error, "The page did not take the click on \(name) within \(limit.short).")
      if failure.kind == .unmet {
        failure.hint =
          failure.hint ?? "A dialog that the click opened, or a handler without end, holds it up."
      }
      throw failure
    }
  }

  /// Where it is, once it can be clicked there.
  private func target(
    _ name: String, _ selector: String, in page: Page, within limit: Interval,
    until end: ContinuousClock.Instant
  ) async throws(StageError) -> ClickTarget.Point {
    var last = ClickTarget.missing
    do throws(CDPError) {
      // A page behind another one draws nothing, and takes a mouse's events only seconds later.
      _ = try await connection.call(
        CDP.Page.BringToFront(), session: page.session, timeout: limit.duration)
      while true {
        last = try await look(for: selector, in: page, until: end)
        if case .at(let point) = last {
          try await send(.mouseMoved, at: point, in: page, until: end)
          // Whatever moves, or opens under the pointer, would be clicked in its place.
          last = try await look(for: selector, in: page, until: end)
          if last == .at(point) { return point }
        }
        if case .mistake(let exception) = last {
          throw CDPError(
            .invalidArgument, "\(name) can't be looked for: \(exception.escapedForTerminal)")
        }
        try await pause(until: end, "There was nothing to click")
      }
    } catch {
      let late =
        switch last {
        case .not(let why):
          "\(name) could not be clicked within \(limit.short): \(why.escapedForTerminal)."
        case .at: "\(name) did not keep still for a click within \(limit.short)."
        case .missing, .mistake: "There was no \(name) to click within \(limit.short)."
        }
      throw stageError(error, late)
    }
  }

  private func send(
    _ type: Input.DispatchMouseEvent.Kind, at point: ClickTarget.Point, in page: Page,
    until end: ContinuousClock.Instant
  ) async throws(CDPError) {
    let isMove = type == .mouseMoved
    _ = try await connection.call(
      Input.DispatchMouseEvent(
        type: type, x: point.x, y: point.y, button: isMove ? Input.MouseButton.none : .left,
        clickCount: isMove ? 0 : 1),
      session: page.session, timeout: max(.milliseconds(1), end - .now))
  }

  private func look(
    for selector: String, in page: Page, until end: ContinuousClock.Instant
  ) async throws(CDPError) -> ClickTarget {
    let value = try await evaluate(
      "(\(ClickTarget.script))(\(selector.jsonQuoted))", in: page, until: end)
    if let exception = value.exception { return .mistake(exception) }
    return ClickTarget(value.text ?? "")
  }
}

/// What a look at the element has shown that is to be clicked.
enum ClickTarget: Hashable {
  /// In CSS pixels of the page's window.
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  case missing
  case at(Point)
  /// It is there and can't be clicked; continues “…: ”.
  case not(String)
  /// It can't be looked for.
  case mistake(String)

  /// Of what the script came to.
  init(_ text: String) {
    let parts = text.split(separator: " ")
    if text == "missing" {
      self = .missing
    } else if parts.count == 3, parts[0] == "at", let x = Double(parts[1]), let y = Double(parts[2])
    {
      self = .at(Point(x: x, y: y))
    } else {
      self = .not(text)
    }
  }

  /// Scrolls to it, and gives its centre if that is what a person would hit.
  static let script = """
    selector => {
      const element = document.querySelector(selector);
      if (!element) return 'missing';
      if (element.matches(':disabled')) return 'it is disabled';
      element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const box = [...element.getClientRects()].find(box => box.width > 0 && box.height > 0);
      if (!box || getComputedStyle(element).visibility !== 'visible') return 'it is hidden';
      const x = box.x + box.width / 2, y = box.y + box.height / 2;
      const place = Math.round(x) + ', ' + Math.round(y);
      let hit = document.elementFromPoint(x, y);
      if (!hit) return 'it lies outside of the window, at ' + place;
      for (let inner; (inner = hit.shadowRoot?.elementFromPoint(x, y)) && inner !== hit;) hit = inner;
      for (let node = hit; node; node = node.assignedSlot ?? node.parentNode ?? node.host) {
        if (node === element) return ['at', x, y].join(' ');
      }
      const id = hit.id ? '#' + hit.id : '';
      const names = [...hit.classList].map(name => '.' + name).join('');
      return (hit.localName + id + names).slice(0, 80) + ' lies over it at ' + place;
    }
    """
}

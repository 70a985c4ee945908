import ArgumentParser
import OffstageCore

/// What a verb looks for, in the filter language. It holds besides the options.
struct FilterArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "What to look for, such as 'service:push (outcome:failed or timeout)'; Docs/filter.md has all.",
      valueName: "filter"))
  var filter: [String] = []

  func narrow(
    _ selection: inout EventSelection, store: (any EventStore)?, now: Timestamp
  ) async throws {
    let text = filter.joined(separator: " ")
    guard !text.isEmpty else { return }
    let context = FilterContext(now: now, sources: try await store?.sources() ?? [])
    do throws(FilterMistake) {
      selection.narrow(to: try WrittenFilter(parsing: text, context).selection(context))
    } catch {
      throw error.pointing(into: text)
    }
  }
}

extension FilterMistake {
  /// Columns before and after the mistake that are shown.
  private static let before = 60
  private static let after = 15

  /// The mistake with a line that shows its place in the filter.
  func pointing(into text: String) -> UsageError {
    let scalars = Array(text.unicodeScalars)
    let part = { (range: Range<Int>) in
      String(String.UnicodeScalarView(scalars[range])).escapedForTerminal
    }
    let start = min(range.lowerBound, scalars.count)
    let end = min(max(start, range.upperBound), scalars.count)
    let first = max(0, start - Self.before)
    let last = min(scalars.count, end + Self.after)
    let lead = (first > 0 ? "…" : "") + part(first..<start)
    let line = lead + part(start..<end) + part(end..<last) + (last < scalars.count ? "…" : "")
    let marks = String(repeating: "^", count: max(1, part(start..<end).displayWidth))
    let pointer = String(repeating: " ", count: lead.displayWidth) + marks
    return UsageError(
      message,
      hint: ["  " + line, "  " + pointer, advice].compactMap { $0 }.joined(separator: "\n"))
  }
}

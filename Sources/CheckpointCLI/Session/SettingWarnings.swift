// What commands say about settings that have no effect.

import Checkpoints
import Formatting

extension Workspace {
  /// More warnings than these are counted.
  private static let shownWarnings = 5

  /// Warns of names in the files that have no effect, which is usually a misspelling.
  func warnOfSettings() {
    let warnings = project.settings.warnings
    for warning in warnings.prefix(Self.shownWarnings) { console.warning("\(warning)") }
    let rest = warnings.count - Self.shownWarnings
    if rest > 0 { console.warning("\(Format.plural(rest, "more setting")) without effect") }
    if warnings.contains(where: { $0.reason != .personal }) {
      console.hint("checkpoint settings lists those that there are")
    }
    // No operation must fail because of it.
    do { _ = try project.settings[.journald] } catch {
      console.warning("\(error): the journal of systemd gets nothing")
    }
  }
}

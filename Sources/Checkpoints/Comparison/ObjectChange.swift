// How an object, a table, a row or a kept file differs between two states.

package enum ObjectChange: String, Codable, Sendable, CaseIterable {
  case added, dropped, changed

  /// The sign that begins a line of a report.
  package var sign: String {
    switch self {
    case .added: "+"
    case .dropped: "-"
    case .changed: "~"
    }
  }
}

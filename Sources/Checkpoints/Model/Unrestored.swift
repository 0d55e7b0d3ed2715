// Something that could not be made or filled when a source was restored. It was left out because the user allowed that.

package struct Unrestored: Codable, Sendable, Hashable, CustomStringConvertible {
  /// Such as “index public.doc_folded”.
  package var what: String
  /// The statement that makes it; nil for rows.
  package var statement: String?
  package var reason: String

  package init(what: String, statement: String?, reason: String) {
    (self.what, self.statement, self.reason) = (what, statement, reason)
  }

  package var description: String { "\(what): \(reason)" }
}

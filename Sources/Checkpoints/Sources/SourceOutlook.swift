// What a source says of itself before anything is done with it.

package struct SourceOutlook: Sendable {
  /// “shop on localhost:5432”, with the name that the source really has there.
  package var label: String
  /// What serves it, such as “PostgreSQL 15.4”; nil if there is nothing to say.
  package var server: String?
  /// Bytes that it takes where it lives.
  package var byteCount: Int
  /// What of this program's work will not be possible, for people; nothing if all is.
  package var limits: [String]

  package init(label: String, server: String?, byteCount: Int, limits: [String]) {
    (self.label, self.server, self.byteCount, self.limits) = (label, server, byteCount, limits)
  }
}

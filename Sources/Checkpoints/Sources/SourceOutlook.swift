// What a source reports about itself before the first checkpoint, for `init` and `status`.

package struct SourceOutlook: Sendable {
  /// “shop on localhost:5432”, with the real name on the server.
  package var label: String
  /// The server's software, such as “PostgreSQL 15.4”; nil if there is nothing to say.
  package var server: String?
  /// Its size on the server in bytes.
  package var byteCount: Int
  /// What this program will not be able to do with it, for people; empty if nothing.
  package var limits: [String]
  /// Why no checkpoint of it can be taken as things are, for people.
  package var obstacle: String?
  /// With which programs and rights it is recorded, for people.
  package var details: [String]

  package init(
    label: String, server: String?, byteCount: Int, limits: [String], obstacle: String? = nil,
    details: [String] = []
  ) {
    (self.label, self.server, self.byteCount, self.limits) = (label, server, byteCount, limits)
    (self.obstacle, self.details) = (obstacle, details)
  }

  /// All that is to be said.
  package var remarks: [String] { [obstacle].compactMap { $0 } + limits }
}

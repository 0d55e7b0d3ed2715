// The kinds of checkpoints: why one was taken, which decides what it records.

package enum Kind: String, Codable, Sendable, CaseIterable {
  case stage, full, incremental, database, custom
  /// Taken by a rollback of everything that it is about to replace.
  case rescue
  /// The commit of a release tag, recorded by a rollback because there was no checkpoint of it. It has only git's part.
  case release

  /// Whether it gets a tag: only if the user chose its name.
  package var hasTag: Bool { self != .incremental && !isInternal }

  /// Whether a rollback took it for its own use. It is never `latest`, and is listed only on demand.
  package var isInternal: Bool { self == .rescue || self == .release }
}

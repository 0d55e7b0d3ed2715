// The kinds of checkpoints.

package enum Kind: String, Codable, Sendable, CaseIterable {
  case stage, full, incremental, database, custom
  /// Taken by rollback of what it is about to replace.
  case rescue
  /// A release tag's commit, recorded by rollback because no checkpoint was taken there: git alone.
  case release

  /// Kinds that people chose a name for also get a public tag.
  package var hasTag: Bool { self != .incremental && !isInternal }

  /// Rollback takes these for its own ends: they are no `latest`, and are listed on demand.
  package var isInternal: Bool { self == .rescue || self == .release }
}

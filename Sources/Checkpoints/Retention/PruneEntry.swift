// What a prune does with one checkpoint, and why.

import FileSystem

package struct PruneEntry: Sendable {
  /// Why a checkpoint stays.
  package enum Reason: Sendable, Hashable {
    case rule(RetentionPolicy.Rule)
    case stable(Stability.Reason)
    /// It has a warm clone.
    case warm
    /// The newest rescue of a working tree, which `undo` needs.
    case undo
    /// A rescue that owns a database which was moved aside.
    case holds(String)
    /// The newest of its kind that is not damaged, or is known to be good.
    case lastOfKind
    /// The newest with this database that is not damaged, or is known to be good.
    case lastOf(source: String)
    /// It is dated in the future.
    case future
    /// Its contents are in an archive already.
    case archived
    /// It cannot be archived because it is damaged.
    case damaged
    /// No newer one that would stay is known to be good.
    case nothingReplacesIt
  }

  package let manifest: Manifest
  package let retentionClass: RetentionClass
  /// nil for one that does not stay as it is.
  package var reason: Reason?
  /// Whether its contents go into an archive, and it stays otherwise. False for one that is removed.
  package var isForArchive = false
}

extension PruneEntry.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .rule(let rule): rule.rawValue
    case .stable(let reason): "stable: \(reason)"
    case .warm: "has a warm clone"
    case .undo: "undo needs it"
    case .holds(let database): "holds the database \(BytePath(database))"
    case .lastOfKind: "the last of its kind"
    case .lastOf(let source): "the last with \(BytePath(source))"
    case .future: "dated in the future"
    case .archived: "archived"
    case .damaged: "damaged, so it cannot be archived"
    case .nothingReplacesIt: "no good one would replace it"
    }
  }
}

// Which checkpoints are fit to go back to, and why: marked by the user, a stage's `complete`, or a release. The user's mark
// overrides what can be inferred. Tags are read once, when they are first needed, so an object of this type must not live
// longer than one command.

import FileSystem
import Git

package final class Stability {
  package enum Reason: Sendable, Hashable, CustomStringConvertible {
    /// Marked, and protected from being deleted.
    case critical
    case marked
    /// A stage's `complete` whose tests passed, if it has any.
    case complete
    /// These tags name its commit.
    case release([String])

    package var description: String {
      switch self {
      case .critical: "critical"
      case .marked: "marked"
      case .complete: "complete"
      case .release(let tags): "release \(tags.map { "\(BytePath($0))" }.joined(separator: ", "))"
      }
    }
  }

  package let tags: ReleaseTags
  private let catalog: Catalog
  private let readReleases: () throws -> [Release]
  private var known: [ObjectID: [String]]?

  /// - Parameter releases: gives all releases of the repository, when they are needed.
  package init(_ catalog: Catalog, _ tags: ReleaseTags, releases: @escaping () throws -> [Release]) {
    (self.catalog, self.tags, readReleases) = (catalog, tags, releases)
  }

  /// nil for a checkpoint that is not stable.
  package func reason(of manifest: Manifest) throws -> Reason? {
    try reason(of: ListEntry(manifest, catalog.notes(manifest.id)))
  }

  /// nil for a checkpoint that is not stable. Notes that cannot be read count as empty.
  package func reason(of entry: ListEntry) throws -> Reason? {
    if let isStable = entry.standing?.isMarkedStable {
      return isStable ? (entry.standing?.isCritical == true ? .critical : .marked) : nil
    }
    if entry.kind.isInternal { return nil }
    if isComplete(entry) { return .complete }
    return try release(entry)
  }

  /// Whether a stage is done. If a test command is configured, its tests must have passed: skipped tests prove nothing.
  private func isComplete(_ entry: ListEntry) -> Bool {
    entry.stage?.phase == .complete && (entry.tests.map { $0 == .passed } ?? true)
  }

  /// Uncommitted work on top of a release is not the release.
  private func release(_ entry: ListEntry) throws -> Reason? {
    guard let head = entry.head, entry.isCommitItself else { return nil }
    return try releases()[head].map { .release($0) }
  }

  private func releases() throws -> [ObjectID: [String]] {
    if let known { return known }
    let found = try Dictionary(grouping: readReleases(), by: \.commit).mapValues { $0.map(\.tag).sorted() }
    known = found
    return found
  }
}

extension Manifest.GitRecord {
  /// Whether the tracked files were recorded, and were those of the commit.
  var isCommitItself: Bool { stateTree != nil && staged == 0 && unstaged == 0 && conflicts == 0 }
}

// Which checkpoints are fit to go back to, and why: marked by hand, a stage's `complete`, or a release. What somebody
// said counts for more than what can be inferred. Tags are read when they are first needed, and once for all
// checkpoints that are asked about; so an object of this kind lives no longer than one command.

import FileSystem
import Git

package final class Stability {
  package enum Reason: Sendable, Hashable, CustomStringConvertible {
    /// Marked, and protected from being deleted.
    case critical
    case marked
    /// A stage's `complete` whose tests, if there are any, passed.
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

  /// - Parameter releases: all of the repository's, when they are needed.
  package init(_ catalog: Catalog, _ tags: ReleaseTags, releases: @escaping () throws -> [Release]) {
    (self.catalog, self.tags, readReleases) = (catalog, tags, releases)
  }

  /// nil for a checkpoint that is not stable.
  package func reason(of manifest: Manifest) throws -> Reason? {
    try reason(of: ListEntry(manifest, catalog.notes(manifest.id)))
  }

  /// nil for a checkpoint that is not stable. Of notes that cannot be read nothing is known.
  package func reason(of entry: ListEntry) throws -> Reason? {
    if let isStable = entry.standing?.isMarkedStable {
      return isStable ? (entry.standing?.isCritical == true ? .critical : .marked) : nil
    }
    if entry.kind.isInternal { return nil }
    if isComplete(entry) { return .complete }
    return try release(entry)
  }

  /// A stage that is done. Where a test command is configured its tests must have passed: skipped ones prove nothing.
  private func isComplete(_ entry: ListEntry) -> Bool {
    entry.stage?.phase == .complete && (entry.tests.map { $0 == .passed } ?? true)
  }

  /// Work in progress on top of a release is not the release.
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

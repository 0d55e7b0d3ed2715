// Deletes checkpoints. Their manifests are moved aside first, and with that the checkpoints are gone. Then their refs are removed, so
// that the next `git gc` frees objects that nothing else needs. If the process is killed in between, the next writer finishes it.

import ChunkStore
import FileSystem
import Git

package struct Deletion {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    /// It holds the only copy of what a rollback replaced.
    case holdsDatabase(CheckpointID, String)
    case critical(CheckpointID)
    /// They are deleted; git keeps their objects until the refs can be removed.
    case refsStay(GitLocked)

    package var description: String {
      switch self {
      case .holdsDatabase(let id, let name):
        "\(id) cannot be deleted: the database \(name), which a rollback replaced, would have no owner"
      case .critical(let id): "\(id) cannot be deleted: it is marked critical"
      case .refsStay(let lock):
        "the checkpoint is deleted, but git's refs to its objects could not be removed: \(lock)"
      }
    }
  }

  /// So many are deleted together: their refs go in one transaction of git's.
  private static let batchCount = 5000
  /// Seconds to wait for another process that deletes checkpoints.
  private static let patience: Double = 60

  private let project: Project
  private let store: Store
  private let catalog: Catalog
  private let retained: RetainedDatabases

  package init(_ project: Project, _ store: Store) {
    (self.project, self.store) = (project, store)
    catalog = Catalog(store)
    retained = RetainedDatabases(store, sources: [])
  }

  /// Throws if something would be lost that has no other copy, or that the user has protected.
  package func check(_ manifest: Manifest) throws {
    if try catalog.notes(manifest.id).isCritical == true { throw Problem.critical(manifest.id) }
    if let entry = retained.entries(of: manifest).first {
      throw Problem.holdsDatabase(manifest.id, entry.database.database)
    }
  }

  /// - Parameters:
  ///   - mayStay: whether those that must not be deleted are passed over; otherwise the first of them is an error.
  ///   - done: is called for each that is deleted.
  package func run(
    _ manifests: [Manifest], mayStay: Bool = false, done: (Manifest) throws -> Void
  ) throws {
    let objects = try ObjectDatabase.open(project.location, files: store.files)
    for start in stride(from: 0, to: manifests.count, by: Self.batchCount) {
      try Interruption.check()
      let batch = Array(manifests[start..<min(start + Self.batchCount, manifests.count)])
      let (deleted, failure) = try delete(batch, mayStay, objects)
      try deleted.forEach(done)
      if let failure { throw failure }
    }
  }

  private func delete(
    _ manifests: [Manifest], _ mayStay: Bool, _ objects: ObjectDatabase
  ) throws -> (deleted: [Manifest], failure: (any Error)?) {
    guard let lock = try DeletedManifest.lock(store, waiting: Self.patience) else {
      throw StoreError.busy(store.root)
    }
    var deleted: [Manifest] = []
    // What stops it halfway is reported when those before it are done with; if they cannot be, the next writer finishes them.
    var failure: (any Error)?
    do {
      // No mark can be set between the check and the removal.
      try catalog.changingNotes {
        for manifest in manifests where catalog.exists(manifest.id) {
          if try mayStay && isProtected(manifest) { continue }
          if !mayStay { try check(manifest) }
          try DeletedManifest.moveAside(manifest.id, in: store)
          deleted.append(manifest)
        }
      }
    } catch { failure = error }
    do { try finish(deleted, objects) } catch {
      failure = failure ?? (error as? GitLocked).map { Problem.refsStay($0) } ?? error
    }
    withExtendedLifetime(lock) {}
    return (deleted, failure)
  }

  private func finish(_ deleted: [Manifest], _ objects: ObjectDatabase) throws {
    // While a manifest can come back after a power failure, its refs must be there.
    for directory in [store.sessions, store.manifests] {
      try store.files.sync(OpenFile.open(directory, flags: 0))
    }
    try DeletedManifest.finish(
      deleted.map { ($0.id, $0) }, isDead: false, store, project.location, objects)
  }

  /// Whether the user, or the worker, has given a reason meanwhile to keep it.
  private func isProtected(_ manifest: Manifest) throws -> Bool {
    let notes = try catalog.notes(manifest.id)
    if notes.isMarkedStable == true || notes.warm?.isEmpty == false { return true }
    do { try check(manifest) } catch is Problem { return true }
    return false
  }
}

// Deletes checkpoints. A manifest is removed first, and with it the checkpoint; the refs follow, so that the next `git gc`
// frees the objects that nothing else needs. A process that is killed in between leaves marks by which the next one finishes
// the deletion.

import ChunkStore
import FileSystem
import Git

package struct Deletion {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    /// It holds the only copy of what a rollback replaced.
    case holdsDatabase(CheckpointID, String)
    case critical(CheckpointID)

    package var description: String {
      switch self {
      case .holdsDatabase(let id, let name):
        "\(id) cannot be deleted: the database \(name), which a rollback replaced, would have no owner"
      case .critical(let id): "\(id) cannot be deleted: it is marked critical"
      }
    }
  }

  /// So many are deleted together: their refs go in one transaction of git's.
  private static let batchCount = 500

  private let project: Project
  private let store: Store
  private let catalog: Catalog
  private let retained: [RetainedDatabases.Entry]

  package init(_ project: Project, _ store: Store) throws {
    (self.project, self.store) = (project, store)
    catalog = Catalog(store)
    retained = try RetainedDatabases(store, sources: []).list()
  }

  /// Throws if something would be lost that has no other copy, or that the user has protected.
  package func check(_ manifest: Manifest) throws {
    if try catalog.notes(manifest.id).isCritical == true { throw Problem.critical(manifest.id) }
    if let entry = retained.first(where: { $0.rescue.id == manifest.id }) {
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
    var deleted: [Manifest] = []
    var marks: [IDReservation] = []
    // What stops it halfway is reported when those before it are done with.
    var failure: (any Error)?
    do {
      // No mark can be set between the check and the removal.
      try catalog.changingNotes {
        for manifest in manifests where catalog.exists(manifest.id) {
          if try mayStay && isProtected(manifest) { continue }
          if !mayStay { try check(manifest) }
          marks.append(try IDReservation(deleting: manifest.id, in: store))
          try FileTree.remove(catalog.path(of: manifest.id))
          deleted.append(manifest)
        }
      }
    } catch { failure = error }
    do {
      try store.files.sync(OpenFile.open(store.manifests, flags: 0))
      try removeRefs(of: deleted, objects)
      for manifest in deleted { try FileTree.remove(store.notes.appending("\(manifest.id).json")) }
    } catch {
      for mark in marks { mark.leave() }
      failure = failure ?? error
    }
    withExtendedLifetime(marks) {}
    return (deleted, failure)
  }

  /// Whether the user, or the worker, has given a reason meanwhile to keep it.
  private func isProtected(_ manifest: Manifest) throws -> Bool {
    let notes = try catalog.notes(manifest.id)
    if notes.isMarkedStable == true || notes.warm?.isEmpty == false { return true }
    do { try check(manifest) } catch is Problem { return true }
    return false
  }

  private func removeRefs(of deleted: [Manifest], _ objects: ObjectDatabase) throws {
    let ids = Set(deleted.map(\.id.description))
    let own = try objects.refs(below: CheckpointID.refRoot).filter { ref in
      ref.dropFirst(CheckpointID.refRoot.count).split(separator: "/").first.map { ids.contains(String($0)) }
        ?? false
    }
    let published = try deleted.map(\.id.publicTagRef).filter { try objects.target(of: $0) != nil }
    try objects.deleteRefs(own + published)
    for manifest in deleted {
      for record in manifest.git.submodules ?? [] {
        // A submodule that is no longer checked out keeps its refs.
        guard let submodule = try? Submodule.open(record.path, in: project.location, files: store.files)
        else { continue }
        try AbandonedWork.removeRefs(of: manifest.id, isDead: false, submodule.objects)
      }
    }
  }
}

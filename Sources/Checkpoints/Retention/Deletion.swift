// Deletes a checkpoint. The manifest is removed first, and with it the checkpoint; its refs follow, so that the next `git
// gc` frees the objects that nothing else needs. A process that is killed in between leaves a mark by which the next one
// finishes the deletion.

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

  private let project: Project
  private let store: Store
  private let catalog: Catalog

  package init(_ project: Project, _ store: Store) {
    (self.project, self.store) = (project, store)
    catalog = Catalog(store)
  }

  /// Throws if something would be lost that has no other copy, or that the user has protected.
  package func check(_ manifest: Manifest) throws {
    if try catalog.notes(manifest.id).isCritical == true { throw Problem.critical(manifest.id) }
    for entry in try RetainedDatabases(store, sources: []).list() where entry.rescue.id == manifest.id {
      throw Problem.holdsDatabase(manifest.id, entry.database.database)
    }
  }

  /// The caller holds the store's lock exclusively.
  package func run(_ manifest: Manifest) throws {
    try check(manifest)
    let id = manifest.id
    let objects = try ObjectDatabase.open(project.location, files: store.files)
    let mark = try IDReservation(deleting: id, in: store)
    try FileTree.remove(catalog.path(of: id))
    try store.files.sync(OpenFile.open(store.manifests, flags: 0))
    try AbandonedWork.removeRefs(of: id, isDead: false, objects)
    for record in manifest.git.submodules ?? [] {
      // A submodule that is no longer checked out keeps its refs.
      guard let submodule = try? Submodule.open(record.path, in: project.location, files: store.files) else {
        continue
      }
      try AbandonedWork.removeRefs(of: id, isDead: false, submodule.objects)
    }
    try FileTree.remove(store.notes.appending("\(id).json"))
    withExtendedLifetime(mark) {}
  }
}

// What stays the same while an operation is under way: the project, its store, and what the operation is carried out with.

import ChunkStore
import FileSystem
import Git

struct RollbackContext {
  let project: Project
  let store: Store
  let catalog: Catalog
  /// Those of the project's repository.
  let objects: ObjectDatabase
  let sources: [any DataSource]
  let creator: CheckpointCreator
  let clock: any Clock
  let progress: any ProgressReporter
  let watcher: any ServiceWatcher

  var location: RepositoryLocation { project.location }

  var journalFile: JournalFile { JournalFile(store) }

  /// How the project's own working copy gets from one state to another.
  var gitRestoration: GitRestoration {
    GitRestoration(location: location, objects: objects, files: store.files, progress: progress)
  }

  /// - Returns: nil if the checkpoint holds neither git's state nor files.
  func recordedState(_ manifest: Manifest) throws -> RecordedState? {
    guard let tree = manifest.git.stateTree else { return nil }
    return try RecordedState(tree: tree, head: manifest.git.head, branch: manifest.git.branch, in: objects)
  }

  func source(for record: SourceRecord) -> (any DataSource)? {
    sources.first { $0.name == record.name && $0.type == record.type }
  }

  /// - Returns: nil if nothing is checked out there.
  func submodule(at path: BytePath) throws -> Submodule? {
    try Submodule.open(path, in: location, files: store.files)
  }
}

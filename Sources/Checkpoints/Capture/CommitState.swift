// The state of a project right after a commit was checked out: index and files are the commit's, permissions are those that
// git keeps, and a sparse checkout has only its part. Nothing is read from the working tree.

import Git

struct CommitState {
  let record: Manifest.GitRecord
  let state: RecordedState

  /// Writes into `database`. The objects stay in quarantine until they are published.
  init(_ commit: ObjectID, _ location: RepositoryLocation, _ objects: ObjectDatabase) throws {
    try objects.beginWriting(many: false)
    let tree = try objects.tree(of: commit)
    var metadata = StateMetadata()
    (metadata.skipWorktree, metadata.absentDirectories) = try SparseCheckout.leftOut(of: tree, location)
    state = try RecordedState(
      head: commit, branch: nil, worktree: tree, index: [0: tree], operationFiles: [:], metadata: metadata,
      in: objects)
    var record = Manifest.GitRecord(head: commit, branch: nil)
    record.stateTree = state.tree
    record.headSubject = try objects.subject(of: commit)
    self.record = record
  }
}

// A working copy as it is recorded under `refs/checkpoints/<id>/state`: an annotated tag of a tree with
//   worktree/      every tracked and untracked file
//   index/0..3/    the index by stage (1 to 3 only for conflicts)
//   operation/     the files of a merge, rebase … in progress, from the git directory
//   state.json     what trees cannot hold (`StateMetadata`)

import FileSystem
import FoundationEssentials

package struct RecordedState: Sendable {
  package static let metadataName: BytePath = "state.json"

  /// nil before the first commit.
  package var head: ObjectID?
  /// nil if HEAD is detached.
  package var branch: String?
  package var tree: ObjectID
  package var worktree: ObjectID
  /// By stage; stage 0 always exists.
  package var index: [Int: ObjectID]
  package var operationFiles: [BytePath: ObjectID]
  package var metadata: StateMetadata

  /// Reads what `StateCapture` wrote.
  package init(tree: ObjectID, head: ObjectID?, branch: String?, in database: ObjectDatabase) throws {
    self.tree = tree
    self.head = head
    self.branch = branch
    let entries = Dictionary(
      try database.entries(of: tree).map { ($0.name, $0.entry) }, uniquingKeysWith: { first, _ in first })
    guard let worktree = entries["worktree"], let index = entries["index"],
      let json = entries[Self.metadataName]
    else {
      throw GitError(code: -1, operation: "read the state \(tree)", message: "it is not a checkpoint's state")
    }
    self.worktree = worktree.id
    self.index = [:]
    for (name, entry) in try database.entries(of: index.id) {
      if let stage = name.exactText.flatMap({ Int($0) }) { self.index[stage] = entry.id }
    }
    do {
      metadata = try StoredJSON.decode(StateMetadata.self, from: database.read(json.id))
    } catch let error as DecodingError {
      throw RefusedState(tree: tree, reason: StoredJSON.summary(error))
    }
    operationFiles = [:]
    if let operation = entries["operation"] {
      var files: [BytePath: ObjectID] = [:]
      try database.forEachFile(in: operation.id) { path, entry in files[path] = entry.id }
      if let foreign = files.keys.first(where: { !OperationInProgress.isPart($0) }) {
        throw RefusedState(tree: tree, reason: "it names \(foreign) as a file of an operation in progress")
      }
      operationFiles = files
    }
  }

  package init(
    head: ObjectID?, branch: String?, worktree: ObjectID, index: [Int: ObjectID],
    operationFiles: [BytePath: ObjectID], metadata: StateMetadata, in database: ObjectDatabase
  ) throws {
    self.head = head
    self.branch = branch
    self.worktree = worktree
    self.index = index
    self.operationFiles = operationFiles
    self.metadata = metadata
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = try database.writeBlob(Array(encoder.encode(metadata)))
    let stages = try database.writeTree(
      index.map { (BytePath("\($0.key)"), TreeEntry(mode: .directory, id: $0.value)) })
    var entries: [(name: BytePath, entry: TreeEntry)] = [
      ("worktree", TreeEntry(mode: .directory, id: worktree)),
      ("index", TreeEntry(mode: .directory, id: stages)),
      (Self.metadataName, TreeEntry(mode: .regular, id: json)),
    ]
    if !operationFiles.isEmpty {
      let operation = TreeUpdate()
      for (path, id) in operationFiles { operation.set(path, TreeEntry(mode: .regular, id: id)) }
      let tree = try operation.apply(to: nil, in: database)
      entries.append(("operation", TreeEntry(mode: .directory, id: tree)))
    }
    tree = try database.writeTree(entries)
  }
}

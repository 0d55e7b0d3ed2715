// What is kept of a working copy under `refs/checkpoints/<id>/state`: an annotated tag of a tree with
//   worktree/      every tracked and untracked file
//   index/0..3/    the index by stage (1 to 3 only in conflicts)
//   operation/     the files of a merge, rebase … in progress, from the git directory
//   state.json     what trees cannot hold (`StateMetadata`)

import FileSystem
import FoundationEssentials

package struct StateMetadata: Codable, Sendable {
  package struct RawFile: Codable, Sendable, Hashable {
    package var path: BytePath
    /// Permission bits; nil for a symbolic link.
    package var permissions: UInt32?

    package init(path: BytePath, permissions: UInt32?) {
      (self.path, self.permissions) = (path, permissions)
    }
  }

  package var version = 1
  /// Files whose bytes are stored as they were on disk. All others are the index's objects, which git's
  /// filters turn into files.
  package var raw: [RawFile] = []
  /// Those among them that are staged and that git called clean.
  package var stagedAsIs: [BytePath] = []
  /// Those among them that are clean, and of which a checkout would make other bytes. Older checkpoints have none.
  package var cleanAsIs: [BytePath]?
  /// The settings of line ends with which files that are not raw were made; nil in older checkpoints.
  package var lineEnds: [String: String]?
  package var untracked: [BytePath] = []
  /// The permissions of tracked files, by what the index calls them.
  package var files = PermissionTable()
  package var executables = PermissionTable()
  /// The permissions of every directory that git does not ignore.
  package var directories = PermissionTable()
  /// Owners, access lists and the like; nil in older checkpoints.
  package var rights: RightsTable?
  /// Those of the recorded tree that were not there, nor anything below them, because a sparse checkout leaves them out;
  /// with a slash at their end.
  package var absentDirectories: [BytePath] = []
  /// Those that are in no tree: empty ones, and those that hold nothing but what git ignores or must not have.
  package var bareDirectories: [BytePath] = []
  /// Files that are only intended to be added, with the mode of their entry.
  package var intentToAdd: [BytePath: UInt32] = [:]
  package var assumeUnchanged: [BytePath] = []
  package var skipWorktree: [BytePath] = []
  /// Submodules with changes of their own, which are not recorded.
  package var dirtySubmodules: [BytePath] = []
  /// Untracked repositories inside this one, which are not recorded.
  package var nestedRepositories: [BytePath] = []
  /// Files, and folders with a slash at their end, that could not be read or were left out on purpose. Restoring leaves
  /// them alone.
  package var skipped: [BytePath] = []
  /// Those among them that could not be read.
  package var unreadable: [BytePath] = []
  /// What git ignored, as its status shows it.
  package var ignored: [BytePath] = []
  /// Untracked files were not looked for, because git was set to hide them.
  package var hidesUntracked: Bool?
  /// Whether the checkout was sparse; nil if that was not recorded.
  package var sparse: SparseMode?
  /// For a rescue: what was going to be written, below what git ignored, and was not there before.
  package var notThere: [BytePath] = []
  /// “merge”, “rebase” …
  package var operation: String?
  /// Refs that belong to the operation: `refs/bisect/…`, `refs/rewritten/…`.
  package var operationRefs: [String: ObjectID] = [:]
  /// Objects that the operation needs, kept alive under the checkpoint's own refs.
  package var operationObjects: [ObjectID] = []

  package init() {}

  /// The permissions of a tracked file without changes; nil where none were recorded.
  package func permissions(of path: BytePath, _ mode: FileMode) -> UInt32? {
    switch mode {
    case .regular: files[path]
    case .executable: executables[path]
    // A plain file where core.symlinks is false.
    case .symbolicLink: files[path]
    case .directory, .submodule: nil
    }
  }
}

package struct RecordedState: Sendable {
  package static let metadataName: BytePath = "state.json"

  /// nil before the first commit.
  package var head: ObjectID?
  /// nil when HEAD is detached.
  package var branch: String?
  package var tree: ObjectID
  package var worktree: ObjectID
  /// By stage; 0 is always there.
  package var index: [Int: ObjectID]
  package var operationFiles: [BytePath: ObjectID]
  package var metadata: StateMetadata

  /// Reads what `StateCapture` wrote.
  package init(tree: ObjectID, head: ObjectID?, branch: String?, in database: ObjectDatabase) throws {
    (self.tree, self.head, self.branch) = (tree, head, branch)
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
    (self.head, self.branch, self.worktree, self.index) = (head, branch, worktree, index)
    (self.operationFiles, self.metadata) = (operationFiles, metadata)
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

// What trees cannot hold of a working copy: `state.json` in a recorded state.

import FileSystem

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

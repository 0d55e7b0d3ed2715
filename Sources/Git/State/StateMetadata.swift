// What trees cannot record of a working copy: `state.json` in a recorded state.

import FileSystem

package struct StateMetadata: Codable, Sendable {
  package struct RawFile: Codable, Sendable, Hashable {
    package var path: BytePath
    /// Permission bits; nil for a symbolic link.
    package var permissions: UInt32?

    package init(path: BytePath, permissions: UInt32?) {
      self.path = path
      self.permissions = permissions
    }
  }

  package var version = 1
  /// Files whose bytes are recorded as they were on disk. All others are the index's objects, which git's filters turn into
  /// files.
  package var raw: [RawFile] = []
  /// The raw files that were staged and otherwise clean.
  package var stagedAsIs: [BytePath] = []
  /// The raw files that were clean, but for which a checkout would write other bytes. nil if there were none, and in older
  /// checkpoints.
  package var cleanAsIs: [BytePath]?
  /// The settings of line ends with which the files that are not raw were made; nil in older checkpoints.
  package var lineEnds: [String: String]?
  package var untracked: [BytePath] = []
  /// The permissions of tracked files, by their mode in the index.
  package var files = PermissionTable()
  package var executables = PermissionTable()
  /// The permissions of all directories that git does not ignore.
  package var directories = PermissionTable()
  /// Owners, access lists and other attributes; nil in older checkpoints.
  package var rights: RightsTable?
  /// Directories of the recorded tree that did not exist, because a sparse checkout leaves them out; with a slash at their
  /// end.
  package var absentDirectories: [BytePath] = []
  /// Directories that are in no tree: empty ones, and those that contain only what git ignores or must not have.
  package var bareDirectories: [BytePath] = []
  /// Files with only an intent to add, with the mode of their index entry.
  package var intentToAdd: [BytePath: UInt32] = [:]
  package var assumeUnchanged: [BytePath] = []
  package var skipWorktree: [BytePath] = []
  /// Submodules with changes inside, which are not recorded.
  package var dirtySubmodules: [BytePath] = []
  /// Untracked repositories inside the working tree, which are not recorded.
  package var nestedRepositories: [BytePath] = []
  /// Files, and folders with a slash at their end, that could not be read or were left out on purpose. A restore does not
  /// touch them.
  package var skipped: [BytePath] = []
  /// Those of the skipped ones that could not be read.
  package var unreadable: [BytePath] = []
  /// What git ignored, as in `Status.ignored`.
  package var ignored: [BytePath] = []
  /// True if untracked files were not looked for, because git was set to hide them.
  package var hidesUntracked: Bool?
  /// Whether the checkout was sparse; nil if that was not recorded.
  package var sparse: SparseMode?
  /// For a rescue: files that did not exist, below what git ignored, and that were going to be written.
  package var notThere: [BytePath] = []
  /// “merge”, “rebase” …
  package var operation: String?
  /// Refs that belong to the operation: `refs/bisect/…`, `refs/rewritten/…`.
  package var operationRefs: [String: ObjectID] = [:]
  /// Objects that the operation needs; refs of the checkpoint keep them.
  package var operationObjects: [ObjectID] = []

  package init() {}

  /// The permissions of a tracked file without changes; nil if none were recorded.
  package func permissions(of path: BytePath, _ mode: FileMode) -> UInt32? {
    switch mode {
    case .regular: files[path]
    case .executable: executables[path]
    // If core.symlinks is false, it is a plain file.
    case .symbolicLink: files[path]
    case .directory, .submodule: nil
    }
  }
}

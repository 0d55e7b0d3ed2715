// The quick way to a recorded index: git is told what differs, takes the stat data of the files that were written, and is
// asked whether the index then is the wanted one. Whatever makes that doubtful is left to the way for everything
// (`IndexRestore`), which passes over all files.

import FileSystem

struct IndexUpdate {
  private let state: RecordedState
  private let location: RepositoryLocation
  private let database: ObjectDatabase
  private let tree: ObjectID
  private let differences: [TreeDifference]

  /// nil where the two indexes differ in more than files.
  init?(
    to state: RecordedState, from other: RecordedState, _ location: RepositoryLocation,
    _ database: ObjectDatabase
  ) throws {
    guard let old = other.index[0], let tree = state.index[0], Self.isPlain(other), Self.isPlain(state) else {
      return nil
    }
    let differences = try database.differences(from: old, to: tree)
    let isUnusual = differences.contains { difference in
      // Attributes in the index may decide how files are compared.
      difference.path.lastComponent == ".gitattributes" || difference.old?.mode == .submodule
        || difference.new?.mode == .submodule
    }
    if isUnusual { return nil }
    (self.state, self.location, self.database) = (state, location, database)
    (self.tree, self.differences) = (tree, differences)
  }

  /// Conflicts, flags and marks are in no tree.
  private static func isPlain(_ state: RecordedState) -> Bool {
    let metadata = state.metadata
    return state.index.count == 1 && metadata.intentToAdd.isEmpty && metadata.assumeUnchanged.isEmpty
      && metadata.skipWorktree.isEmpty
  }

  /// - Returns: false where the index is not what it should be.
  func run(_ written: WrittenFiles) throws -> Bool {
    let git = location.git
    let clean = try database.entries(at: written.all.subtracting(state.modified), in: tree)
    let lines = differences.filter { clean[$0.path] == nil }.reduce(into: [UInt8]()) { lines, difference in
      lines += IndexLine.bytes(difference.new, difference.path)
    }
    do {
      if !lines.isEmpty { try git.run(["update-index", "-z", "--index-info"], input: lines) }
      if !clean.isEmpty {
        // The objects are there already; where git makes another one of a file, the comparison tells.
        try git.run(
          ["update-index", "--add", "--replace", "--info-only", "-z", "--stdin"],
          input: clean.keys.nulTerminated)
      }
      let others = try git.run([
        "diff-index", "--cached", "--name-only", "-z", "--no-renames", "--ignore-submodules=none",
        BytePath(tree.description),
      ])
      return others.isEmpty
    } catch is SubprocessError {
      // A file that a filter refuses, or that is gone by now.
      return false
    }
  }
}

extension RecordedState {
  /// What git called modified.
  var modified: Set<BytePath> {
    Set(metadata.raw.map(\.path)).subtracting(metadata.stagedAsIs).subtracting(metadata.cleanAsIs ?? [])
  }
}

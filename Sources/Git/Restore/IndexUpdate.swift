// The quick way to a recorded index: git gets the differences, reads the stat data of the files that were written, and is
// asked whether the index is then the wanted one. In all cases of doubt the index is rebuilt (`IndexRestore`), which examines
// all files.

import FileSystem

struct IndexUpdate {
  private let state: RecordedState
  private let location: RepositoryLocation
  private let database: ObjectDatabase
  private let tree: ObjectID
  private let differences: [TreeDifference]

  /// nil if the two indexes differ in more than files.
  init?(
    to state: RecordedState, from other: RecordedState, _ location: RepositoryLocation,
    _ database: ObjectDatabase
  ) throws {
    guard let old = other.index[0], let tree = state.index[0], Self.isPlain(other), Self.isPlain(state) else {
      return nil
    }
    let differences = try database.differences(from: old, to: tree)
    let isUnusual = differences.contains { difference in
      // The index's attributes may decide how files are compared.
      difference.path.lastComponent == ".gitattributes" || difference.old?.mode == .submodule
        || difference.new?.mode == .submodule
    }
    if isUnusual { return nil }
    self.state = state
    self.location = location
    self.database = database
    self.tree = tree
    self.differences = differences
  }

  /// Whether the index has no conflicts, flags or intents to add, which a tree cannot represent.
  private static func isPlain(_ state: RecordedState) -> Bool {
    let metadata = state.metadata
    return state.index.count == 1 && metadata.intentToAdd.isEmpty && metadata.assumeUnchanged.isEmpty
      && metadata.skipWorktree.isEmpty
  }

  /// - Returns: false if the index is not the wanted one.
  func run(_ written: WrittenFiles) throws -> Bool {
    let git = location.git
    let clean = try database.entries(at: written.all.subtracting(state.modified), in: tree)
    let lines = differences.filter { clean[$0.path] == nil }.reduce(into: [UInt8]()) { lines, difference in
      lines += IndexLine.bytes(difference.new, difference.path)
    }
    do {
      if !lines.isEmpty { try git.run(["update-index", "-z", "--index-info"], input: lines) }
      if !clean.isEmpty {
        // The objects exist already. If git makes another one from a file, the comparison below shows it.
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
      // A filter has failed, or a file has disappeared.
      return false
    }
  }
}

extension RecordedState {
  /// The files that git called modified.
  var modified: Set<BytePath> {
    Set(metadata.raw.map(\.path)).subtracting(metadata.stagedAsIs).subtracting(metadata.cleanAsIs ?? [])
  }
}

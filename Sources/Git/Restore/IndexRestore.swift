// The index, put back by git itself. libgit2 must not write it (it drops extensions), and raw index bytes would read
// falsely clean.

import FileSystem
import Glibc

package struct IndexRestore {
  private let state: RecordedState
  private let other: RecordedState
  private let location: RepositoryLocation
  private let database: ObjectDatabase
  /// nil where only the way for everything will do.
  private let update: IndexUpdate?

  /// - Parameters:
  ///   - other: the state that the index has now, or is on the way from.
  ///   - isKnown: `other` was recorded just now, so the index very probably has it.
  package init(
    _ state: RecordedState, from other: RecordedState, isKnown: Bool, _ location: RepositoryLocation,
    _ database: ObjectDatabase
  ) throws {
    (self.state, self.other, self.location, self.database) = (state, other, location, database)
    update = isKnown ? try IndexUpdate(to: state, from: other, location, database) : nil
  }

  /// Before the files are written. The working tree is not touched.
  package func begin() throws {
    if update == nil { try replaceEntries() }
  }

  /// After the files are in place.
  package func finish(_ written: WrittenFiles) throws {
    if let update {
      if try update.run(written) { return try doubt(written) }
      try replaceEntries()
    }
    try complete(written)
  }

  /// A file that git called modified, and that had the wanted bytes already, may be clean by stat data that are left from
  /// the other state, where other attributes held. Git is made to look at it again.
  private func doubt(_ written: WrittenFiles) throws {
    // Those among them that were clean there and are recorded with the same bytes were not even written.
    let wereClean = other.metadata.stagedAsIs + (other.metadata.cleanAsIs ?? [])
    let suspects = written.untouched.union(wereClean).intersection(state.modified)
    guard let tree = state.index[0], !suspects.isEmpty else { return }
    let shown = try Set(location.git.records(["diff-files", "--name-only", "-z"]).map { BytePath($0) })
    let lines = try database.entries(at: suspects.subtracting(shown), in: tree).reduce(into: [UInt8]()) {
      $0 += IndexLine.bytes($1.value, $1.key)
    }
    if lines.isEmpty { return }
    try location.git.run(["update-index", "-z", "--index-info"], input: lines)
    try refresh()
  }

  private func refresh() throws {
    // Exit code 1 only says that some files differ from the index.
    try location.git.run(["update-index", "-q", "--refresh"], accepting: [0, 1])
  }

  /// Makes the index hold the state's entries. Entries that stay keep their stat data, so git need not
  /// read those files again.
  private func replaceEntries() throws {
    guard let normal = state.index[0] else { return }
    let git = location.git
    // Where the blob is the same, read-tree would keep an entry with its mark.
    let intended = Set(state.metadata.intentToAdd.keys).union(other.metadata.intentToAdd.keys)
    if !intended.isEmpty {
      try git.run(["update-index", "--force-remove", "-z", "--stdin"], input: intended.nulTerminated)
    }
    let words: [BytePath] = ["read-tree", "--reset", BytePath(normal.description)]
    do { try git.run(words) } catch let error as SubprocessError {
      // It respects edits that flags hide from everything else. What they hide is recorded, and `finish` sets them anew.
      let flags = try WorktreeScan.flags(location)
      if flags.assumeUnchanged.isEmpty && flags.skipWorktree.isEmpty { throw error }
      try Self.setFlag("--no-assume-unchanged", flags.assumeUnchanged, git)
      try Self.setFlag("--no-skip-worktree", flags.skipWorktree, git)
      try git.run(words)
    }
  }

  private static func setFlag(_ flag: BytePath, _ paths: some Collection<BytePath>, _ git: GitProgram) throws
  {
    if paths.isEmpty { return }
    try git.run(["update-index", flag, "-z", "--stdin"], input: paths.nulTerminated)
  }

  /// Conflicts, flags and stat data.
  private func complete(_ written: WrittenFiles) throws {
    let git = location.git
    // Where a filter made another size than the one in the old stat data, git would not look further and call
    // the file modified; an entry that is set anew has none.
    // What git called modified by its size alone stays so.
    let anew =
      try state.index[0].map { try database.entries(at: written.all.subtracting(state.modified), in: $0) }
      ?? [:]
    let entries = anew.reduce(into: [UInt8]()) { $0 += IndexLine.bytes($1.value, $1.key) }
    if !entries.isEmpty { try git.run(["update-index", "-z", "--index-info"], input: entries) }
    var conflicts: [UInt8] = []
    for stage in 1...3 {
      guard let tree = state.index[stage] else { continue }
      try database.forEachFile(in: tree) { path, entry in
        conflicts += IndexLine.bytes(entry, stage: stage, path)
      }
    }
    if !conflicts.isEmpty { try git.run(["update-index", "-z", "--index-info"], input: conflicts) }
    try Self.addIntended(state.metadata.intentToAdd, location)
    try refresh()
    try doubt(written)
    let present = try WorktreeScan.flags(location)
    let (assumed, sparse) = (Set(present.assumeUnchanged), Set(present.skipWorktree))
    let wanted = (Set(state.metadata.assumeUnchanged), Set(state.metadata.skipWorktree))
    // Only what differs: clearing a flag unfolds a sparse index.
    try Self.setFlag("--no-assume-unchanged", assumed.subtracting(wanted.0), git)
    try Self.setFlag("--no-skip-worktree", sparse.subtracting(wanted.1), git)
    try Self.setFlag("--assume-unchanged", wanted.0.subtracting(assumed), git)
    try Self.setFlag("--skip-worktree", wanted.1.subtracting(sparse), git)
  }

  /// Git takes the modes of such entries from files, so it is given some: what is in the working tree under these names
  /// may be something else, or nothing.
  private static func addIntended(_ entries: [BytePath: UInt32], _ location: RepositoryLocation) throws {
    if entries.isEmpty { return }
    let directory = location.gitDirectory.appending("checkpoint-intended")
    try FileTree.remove(directory)
    defer { try? FileTree.remove(directory) }
    for (path, mode) in entries {
      let full = directory.appending(path)
      if let parent = full.parent { try FileTree.makeDirectories(parent, mode: 0o777) }
      if FileMode(tolerating: mode) == .symbolicLink {
        try FileTree.makeLink(full, to: "nowhere")
      } else {
        _ = try OpenFile.open(full, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try FileTree.setPermissions(full, mode & 0o777)
      }
    }
    try location.git.at(directory).run(
      [
        BytePath("--git-dir=".utf8 + location.gitDirectory.bytes), "--work-tree=.",
        "-c", "core.fileMode=true", "-c", "core.symlinks=true", "--literal-pathspecs",
        "add", "--sparse", "--force", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul",
      ],
      input: entries.keys.nulTerminated)
  }
}

// Restores the index by git itself. libgit2 must not write it, because it drops extensions; and the recorded bytes of an
// index cannot be put back, because modified files would seem clean.

import FileSystem
import Glibc

package struct IndexRestore {
  private let state: RecordedState
  private let other: RecordedState
  private let location: RepositoryLocation
  private let database: ObjectDatabase
  /// The quick way; nil if the index has to be rebuilt.
  private let update: IndexUpdate?

  /// - Parameters:
  ///   - other: the state that the index has now, or had before an interrupted restore.
  ///   - isKnown: whether `other` has just been recorded, so that the index very probably has it.
  package init(
    _ state: RecordedState, from other: RecordedState, isKnown: Bool, _ location: RepositoryLocation,
    _ database: ObjectDatabase
  ) throws {
    self.state = state
    self.other = other
    self.location = location
    self.database = database
    update = isKnown ? try IndexUpdate(to: state, from: other, location, database) : nil
  }

  /// Called before the files are written. Does not touch the working tree.
  package func begin() throws {
    if update == nil { try replaceEntries() }
  }

  /// Called after the files are in place.
  package func finish(_ written: WrittenFiles) throws {
    if let update {
      if try update.run(written) { return try doubt(written) }
      try replaceEntries()
    }
    try complete(written)
  }

  /// Makes git examine some files again: a file that git called modified and that already had the wanted bytes may seem clean
  /// by the stat data from the other state, in which it had other attributes.
  private func doubt(_ written: WrittenFiles) throws {
    // Files that were clean in the other state, and are recorded with the same bytes, were not even written.
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
    // Exit code 1 only means that some files differ from the index.
    try location.git.run(["update-index", "-q", "--refresh"], accepting: [0, 1])
  }

  /// Replaces the entries of the index by the state's. Entries that stay the same keep their stat data, so that git need not
  /// read those files again.
  private func replaceEntries() throws {
    guard let normal = state.index[0] else { return }
    let git = location.git
    // If the blob is the same, read-tree would keep an entry's intent to add.
    let intended = Set(state.metadata.intentToAdd.keys).union(other.metadata.intentToAdd.keys)
    if !intended.isEmpty {
      try git.run(["update-index", "--force-remove", "-z", "--stdin"], input: intended.nulTerminated)
    }
    let words: [BytePath] = ["read-tree", "--reset", BytePath(normal.description)]
    do { try git.run(words) } catch let error as SubprocessError {
      // read-tree refuses to lose changes that flags hide from everything else. Those are recorded, so the flags can be
      // removed; `finish` sets them again.
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

  /// Restores conflicts, flags and stat data.
  private func complete(_ written: WrittenFiles) throws {
    let git = location.git
    // If a filter has made a file of another size than in the old stat data, git would call it modified without reading it. An
    // entry that is set anew has no stat data. Files that git called modified, even if only because of their size, stay so.
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
    // Only flags that differ are set, because clearing one expands a sparse index.
    try Self.setFlag("--no-assume-unchanged", assumed.subtracting(wanted.0), git)
    try Self.setFlag("--no-skip-worktree", sparse.subtracting(wanted.1), git)
    try Self.setFlag("--assume-unchanged", wanted.0.subtracting(assumed), git)
    try Self.setFlag("--skip-worktree", wanted.1.subtracting(sparse), git)
  }

  /// Adds entries with an intent to add. Git takes their modes from files, so temporary files are made for it: under these
  /// names, the working tree may have something else, or nothing.
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

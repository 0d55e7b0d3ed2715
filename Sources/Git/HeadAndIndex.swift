// HEAD, the index and the files of an operation in progress, put back by git itself. libgit2 must not
// write the index (it drops extensions), and raw index bytes would read falsely clean.

import FileSystem
import Glibc

/// Where HEAD goes when a state comes back.
package enum HeadDestination: Sendable, Hashable, Codable {
  /// The branch is where the state wants it.
  case branch(String)
  /// The branch is moved to the state's commit.
  case movedBranch(String, to: ObjectID)
  case detached(ObjectID)
  /// A branch without a commit.
  case unborn(String)
  /// The branch, which was made by what is undone, is removed.
  case removedBranch(String)

  package enum Problem: Error, Sendable, CustomStringConvertible {
    case branchInUse(String, BytePath)
    case unbornNeedsBranch(String)
    case commitMissing(ObjectID)

    package var description: String {
      switch self {
      case .branchInUse(let name, let worktree): "the branch \(name) is checked out in \(worktree)"
      case .unbornNeedsBranch(let name):
        "the state was recorded before \(name) had a commit, and now it has one"
      case .commitMissing(let id): "the commit \(id) is not in the repository any more"
      }
    }
  }

  /// - Parameter moveBranch: move the recorded branch to the recorded commit, instead of detaching HEAD
  ///   where the branch has moved on.
  package static func choose(
    for state: RecordedState, moveBranch: Bool, _ location: RepositoryLocation, _ database: ObjectDatabase
  ) throws -> HeadDestination {
    guard let head = state.head else {
      let branch = state.branch ?? "main"
      if !moveBranch, try database.target(of: "refs/heads/\(branch)") != nil {
        throw Problem.unbornNeedsBranch(branch)
      }
      return .unborn(branch)
    }
    guard database.exists(head) else { throw Problem.commitMissing(head) }
    guard let branch = state.branch else { return .detached(head) }
    let current = try database.target(of: "refs/heads/\(branch)")
    if current != head && !moveBranch { return .detached(head) }
    if let other = try worktree(using: branch, location) {
      if moveBranch { throw Problem.branchInUse(branch, other) }
      return .detached(head)
    }
    return current == head ? .branch(branch) : .movedBranch(branch, to: head)
  }

  /// Another worktree that has the branch checked out.
  private static func worktree(using branch: String, _ location: RepositoryLocation) throws -> BytePath? {
    var current: BytePath = ""
    // The first one is the main worktree; in submodules and with GIT_DIR its path is the git directory's.
    var isOurs = location.gitDirectory == location.commonDirectory
    for record in try location.git.records(["worktree", "list", "--porcelain", "-z"]) {
      if record.starts(with: "worktree ".utf8) {
        if !current.isEmpty { isOurs = false }
        current = BytePath(record.dropFirst(9))
      }
      if record.elementsEqual("branch refs/heads/\(branch)".utf8), !isOurs, current != location.worktree {
        return current
      }
    }
    return nil
  }

  /// Moves HEAD, and nothing else, with an entry in the reflog.
  package func apply(_ git: GitProgram, reason: String) throws {
    let message = BytePath("checkpoint: \(reason)")
    switch self {
    case .branch(let name):
      try git.run(["symbolic-ref", "-m", message, "HEAD", BytePath("refs/heads/\(name)")])
    case .movedBranch(let name, let commit):
      let ref = BytePath("refs/heads/\(name)")
      try git.run(["update-ref", "-m", message, ref, BytePath(commit.description)])
      try git.run(["symbolic-ref", "-m", message, "HEAD", ref])
    case .detached(let commit):
      try git.run(["update-ref", "-m", message, "--no-deref", "HEAD", BytePath(commit.description)])
    case .unborn(let name):
      let ref = BytePath("refs/heads/\(name)")
      try git.run(["symbolic-ref", "-m", message, "HEAD", ref])
      try git.run(["update-ref", "-d", ref])
    case .removedBranch(let name):
      try git.run(["update-ref", "-d", BytePath("refs/heads/\(name)")])
    }
  }
}

package enum IndexRestore {
  /// Makes the index hold the state's entries. Entries that stay keep their stat data, so git need not
  /// read those files again. The working tree is not touched.
  /// - Parameter other: the state that the index has now, or is on the way from.
  package static func replaceEntries(
    _ state: RecordedState, from other: RecordedState, _ location: RepositoryLocation
  ) throws {
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
      try setFlag("--no-assume-unchanged", flags.assumeUnchanged, git)
      try setFlag("--no-skip-worktree", flags.skipWorktree, git)
      try git.run(words)
    }
  }

  private static func setFlag(_ flag: BytePath, _ paths: some Collection<BytePath>, _ git: GitProgram) throws
  {
    if paths.isEmpty { return }
    try git.run(["update-index", flag, "-z", "--stdin"], input: paths.nulTerminated)
  }

  /// Conflicts, flags and stat data: after the files are in place.
  /// - Parameter written: files that are others now than those that the index knows the sizes and times of.
  package static func finish(
    _ state: RecordedState, written: Set<BytePath>, _ location: RepositoryLocation, _ database: ObjectDatabase
  ) throws {
    let git = location.git
    // Where a filter made another size than the one in the old stat data, git would not look further and call
    // the file modified; an entry that is set anew has none.
    // What git called modified by its size alone stays so.
    let modified = Set(state.metadata.raw.map(\.path)).subtracting(state.metadata.stagedAsIs)
    let anew =
      try state.index[0].map { try database.entries(at: written.subtracting(modified), in: $0) } ?? [:]
    let entries = anew.reduce(into: [UInt8]()) { lines, item in
      lines += Array("\(item.value.mode.octal) \(item.value.id) 0\t".utf8) + item.key.bytes + [0]
    }
    if !entries.isEmpty { try git.run(["update-index", "-z", "--index-info"], input: entries) }
    var conflicts: [UInt8] = []
    for stage in 1...3 {
      guard let tree = state.index[stage] else { continue }
      try database.forEachFile(in: tree) { path, entry in
        conflicts += Array("\(entry.mode.octal) \(entry.id) \(stage)\t".utf8) + path.bytes + [0]
      }
    }
    if !conflicts.isEmpty { try git.run(["update-index", "-z", "--index-info"], input: conflicts) }
    try addIntended(state.metadata.intentToAdd, location)
    // Exit code 1 only says that some files differ from the index.
    try git.run(["update-index", "-q", "--refresh"], accepting: [0, 1])
    let present = try WorktreeScan.flags(location)
    let (assumed, sparse) = (Set(present.assumeUnchanged), Set(present.skipWorktree))
    let wanted = (Set(state.metadata.assumeUnchanged), Set(state.metadata.skipWorktree))
    // Only what differs: clearing a flag unfolds a sparse index.
    try setFlag("--no-assume-unchanged", assumed.subtracting(wanted.0), git)
    try setFlag("--no-skip-worktree", sparse.subtracting(wanted.1), git)
    try setFlag("--assume-unchanged", wanted.0.subtracting(assumed), git)
    try setFlag("--skip-worktree", wanted.1.subtracting(sparse), git)
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

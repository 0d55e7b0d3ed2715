// Where HEAD is moved when a state is restored. Git itself moves it.

import FileSystem

/// Where HEAD is moved when a state is restored.
package enum HeadDestination: Sendable, Hashable, Codable {
  /// To a branch that is at the state's commit already.
  case branch(String)
  /// To a branch that is moved to the state's commit.
  case movedBranch(String, to: ObjectID)
  case detached(ObjectID)
  /// To a branch without a commit.
  case unborn(String)
  /// Nowhere: a branch that the undone operation had made is removed.
  case removedBranch(String)

  package enum Problem: Error, Sendable, CustomStringConvertible {
    case branchInUse(String, BytePath)
    case unbornNeedsBranch(String)
    case commitMissing(ObjectID)

    package var description: String {
      switch self {
      case .branchInUse(let name, let worktree): "the branch \(name) is checked out in \(worktree)"
      case .unbornNeedsBranch(let name):
        "the state was recorded before the branch \(name) had a commit, and now it has one"
      case .commitMissing(let id): "the commit \(id) is no longer in the repository"
      }
    }
  }

  /// - Parameter moveBranch: whether the recorded branch is moved to the recorded commit. Otherwise HEAD is detached if the
  ///   branch has moved on.
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
    // There is only the main worktree.
    if !FileTree.exists(location.commonDirectory.appending("worktrees")) { return nil }
    var current: BytePath = ""
    // The first one is the main worktree. In submodules and with GIT_DIR, git lists it with the git directory's path.
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

  /// The branches that git has to lock.
  package var branches: [String] {
    switch self {
    case .movedBranch(let name, _), .unborn(let name), .removedBranch(let name): [name]
    case .branch, .detached: []
    }
  }

  private var names: [String] {
    switch self {
    case .branch(let name), .movedBranch(let name, _), .unborn(let name), .removedBranch(let name): [name]
    case .detached: []
    }
  }

  /// Checks the branch's name, because it becomes a part of the paths of refs and locks.
  /// - Throws: `ForeignValue`
  package func check() throws {
    for name in names where !Self.isBranch(name) {
      throw ForeignValue("it names \(BytePath(name)) as a branch")
    }
  }

  /// Whether a text can name a branch. Git has more rules for new branches.
  package static func isBranch(_ name: String) -> Bool {
    let path = BytePath(name)
    return path.isInner && path.bytes.last != UInt8(ascii: "/")
      && !path.bytes.contains { $0 <= 0x20 || $0 == 0x7F }
  }

  /// Moves HEAD, with an entry in the reflog. Index and files are not touched.
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

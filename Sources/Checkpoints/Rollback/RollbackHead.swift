// Where HEAD and branches go in a rollback, and how they come back from there.

import Git

extension Rollback {
  /// - Returns: the steps forward, and the steps that undo them.
  func headDestinations(
    for state: RecordedState, _ request: RollbackRequest
  ) throws -> (forward: [HeadDestination], back: [HeadDestination]) {
    let present = try presentHead()
    func returnPath(from steps: [HeadDestination]) throws -> [HeadDestination] {
      try HeadDestination.returnPath(from: steps, to: present) { try database.target(of: "refs/heads/\($0)") }
    }
    if request.operation == .undo, let noted = try notedHead(request) {
      return (noted, try returnPath(from: noted))
    }
    let destination = try HeadDestination.choose(
      for: state, moveBranch: request.moveBranch, project.location, database)
    return ([destination], try returnPath(from: [destination]))
  }

  private func presentHead() throws -> HeadDestination {
    let commit = database.commit(at: "HEAD")
    guard let branch = try project.location.currentBranch() else {
      return commit.map { .detached($0) } ?? .unborn("main")
    }
    return commit == nil ? .unborn(branch) : .branch(branch)
  }

  /// What undo brings back was noted when it was left; nil when somebody has moved a branch since.
  private func notedHead(_ request: RollbackRequest) throws -> [HeadDestination]? {
    guard let noted = try catalog.notes(request.target.id).headBefore else { return nil }
    let after = try catalog.notes(request.target.id).headAfter ?? []
    /// Where the operation put a branch.
    func put(_ name: String) -> ObjectID? {
      for case .movedBranch(name, to: let commit) in after { return commit }
      return nil
    }
    var moved: Set<String> = []
    for step in noted {
      switch step {
      case .movedBranch(let name, _):
        moved.insert(name)
        if try database.target(of: "refs/heads/\(name)") != put(name) { return nil }
      case .branch(let name):
        let commit = try database.target(of: "refs/heads/\(name)")
        if !moved.contains(name) && commit != request.target.git.head { return nil }
      case .detached: break
      case .unborn(let name), .removedBranch(let name):
        let commit = try database.target(of: "refs/heads/\(name)")
        if commit != nil && commit != put(name) { return nil }
      }
    }
    return noted
  }

  /// What undo must know of HEAD and branches.
  func noteHead(_ journal: Journal, for rescue: CheckpointID) throws {
    try catalog.updateNotes(rescue) { notes in
      (notes.headBefore, notes.headAfter) = (journal.headBefore, journal.head)
      notes.scope = journal.scope == .everything ? nil : journal.scope
    }
    try keepMovedBranches(journal.headBefore, under: rescue)
  }

  /// Commits that only a moved branch held stay alive under the rescue's refs.
  private func keepMovedBranches(_ back: [HeadDestination], under rescue: CheckpointID) throws {
    for step in back {
      if case .movedBranch(let name, let commit) = step {
        try database.setRef("\(rescue.refPrefix)branches/\(name)", to: commit)
      }
    }
  }
}

extension HeadDestination {
  /// The branch that HEAD is on afterwards.
  var branchOfHead: String? { if case .branch(let name) = self { name } else { nil } }

  /// How to undo moves of branches and of HEAD.
  /// - Parameters:
  ///   - present: where HEAD is before them.
  ///   - target: the commit of a branch before them; nil if there is none.
  static func returnPath(
    from steps: [HeadDestination], to present: HeadDestination, target: (String) throws -> ObjectID?
  ) rethrows -> [HeadDestination] {
    var back: [HeadDestination] = []
    var removals: [HeadDestination] = []
    for step in steps {
      switch step {
      case .movedBranch(let name, _), .unborn(let name), .removedBranch(let name):
        if let old = try target(name) {
          back.append(.movedBranch(name, to: old))
        } else if case .movedBranch = step, present != .unborn(name) {
          removals.append(.removedBranch(name))
        }
      case .branch, .detached: break
      }
    }
    return back + [present] + removals
  }
}

// Where HEAD and branches go in a rollback, and how they come back from there.

import Git

struct HeadPlanner {
  private let context: RollbackContext

  init(_ context: RollbackContext) { self.context = context }

  private func target(ofBranch name: String) throws -> ObjectID? {
    try context.objects.target(of: "refs/heads/\(name)")
  }

  /// - Returns: the steps forward, and the steps that undo them.
  func destinations(
    for state: RecordedState, _ request: RollbackRequest
  ) throws -> (forward: [HeadDestination], back: [HeadDestination]) {
    let present = try presentHead()
    let forward = try forward(for: state, request)
    return (forward, try HeadDestination.returnPath(from: forward, to: present, target: target(ofBranch:)))
  }

  private func forward(for state: RecordedState, _ request: RollbackRequest) throws -> [HeadDestination] {
    if request.operation == .undo, let noted = try notedHead(request.target) { return noted }
    return [
      try HeadDestination.choose(
        for: state, moveBranch: request.moveBranch, context.location, context.objects)
    ]
  }

  private func presentHead() throws -> HeadDestination {
    let commit = context.objects.commit(at: "HEAD")
    guard let branch = try context.location.currentBranch() else {
      return commit.map { .detached($0) } ?? .unborn("main")
    }
    return commit == nil ? .unborn(branch) : .branch(branch)
  }

  /// What undo brings back, as it was noted when it was left; nil if a branch was moved since.
  private func notedHead(_ rescue: Manifest) throws -> [HeadDestination]? {
    let notes = try context.catalog.notes(rescue.id)
    guard let noted = notes.headBefore else { return nil }
    /// Where the operation put a branch.
    func put(_ name: String) -> ObjectID? {
      for case .movedBranch(name, to: let commit) in notes.headAfter ?? [] { return commit }
      return nil
    }
    var moved: Set<String> = []
    for step in noted {
      switch step {
      case .movedBranch(let name, _):
        moved.insert(name)
        if try target(ofBranch: name) != put(name) { return nil }
      case .branch(let name):
        if try !moved.contains(name) && target(ofBranch: name) != rescue.git.head { return nil }
      case .detached: break
      case .unborn(let name), .removedBranch(let name):
        let commit = try target(ofBranch: name)
        if commit != nil && commit != put(name) { return nil }
      }
    }
    return noted
  }

  /// Notes what undo must know of HEAD and branches.
  func note(_ journal: Journal, for rescue: CheckpointID) throws {
    try context.catalog.updateNotes(rescue) { notes in
      (notes.headBefore, notes.headAfter) = (journal.headBefore, journal.head)
      notes.scope = journal.scope == .everything ? nil : journal.scope
    }
    try keepMovedBranches(journal.headBefore, under: rescue)
  }

  /// Commits that only a moved branch held stay alive under the rescue's refs.
  private func keepMovedBranches(_ back: [HeadDestination], under rescue: CheckpointID) throws {
    for case .movedBranch(let name, let commit) in back {
      try context.objects.setRef("\(rescue.refPrefix)branches/\(name)", to: commit)
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

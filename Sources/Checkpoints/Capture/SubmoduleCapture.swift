// Records the working copies of submodules, each into the submodule's own repository, where its commits are as well. They
// are made and removed together with the project's checkpoint.

import FileSystem
import Git

/// A submodule that is checked out.
struct Submodule {
  /// Relative to the top of the project.
  let path: BytePath
  let location: RepositoryLocation
  let objects: ObjectDatabase

  /// - Returns: nil if nothing is checked out.
  static func open(_ path: BytePath, in project: RepositoryLocation, files: any FileOperations) throws
    -> Submodule?
  {
    let directory = project.worktree.appending(path)
    // The target of a link is not part of the project.
    guard project.isReachable(path), try FileTree.status(directory)?.kind == .directory,
      FileTree.exists(directory.appending(".git"))
    else { return nil }
    let location = try RepositoryLocation.discover(
      from: directory, environment: project.environment, isSubmodule: true
    )
    .leavingOut(project.places)
    guard try location.worktree == FileTree.canonical(directory) else { return nil }
    return Submodule(
      path: path, location: location, objects: try ObjectDatabase.open(location, files: files))
  }
}

/// Records submodules, and the submodules within them.
struct SubmoduleCapture {
  private let project: Project
  private let policy: CapturePolicy
  private let files: any FileOperations
  private(set) var records: [SubmoduleRecord] = []
  /// All paths are relative to the top of the project.
  private(set) var setAside: [BytePath] = []
  private(set) var ignored: [BytePath] = []
  private(set) var problems: [CapturedState.Problem] = []
  private(set) var leftOut: [LargeUntracked] = []
  private var captured: [(submodule: Submodule, state: RecordedState)] = []

  init(_ project: Project, policy: CapturePolicy, files: any FileOperations) {
    (self.project, self.policy, self.files) = (project, policy, files)
  }

  /// Records these submodules and those within them.
  mutating func record(all paths: [BytePath]) throws {
    for path in paths {
      guard let inner = try record(path, incoming: nil) else { continue }
      try record(all: inner.map(path.appending))
    }
  }

  /// - Parameter incoming: the tree that is about to be written over the working copy.
  /// - Returns: the submodules within it; nil if nothing is checked out.
  @discardableResult
  mutating func record(_ path: BytePath, incoming: ObjectID?) throws -> [BytePath]? {
    guard let submodule = try Submodule.open(path, in: project.location, files: files) else { return nil }
    var inner = policy.below(path)
    inner.incoming = incoming
    // Its own settings may differ from the project's.
    inner.showsUntracked = try !Settings.hidesUntracked(
      submodule.location.git.line(["config", "--get", "status.showUntrackedFiles"]))
    inner.knownFiles = project.knownFiles(of: submodule.location)
    let found = try StateCapture.run(submodule.location, into: submodule.objects, policy: inner)
    let state = found.state
    captured.append((submodule, state))
    records.append(
      SubmoduleRecord(
        path: path, head: state.head, branch: state.branch, stateTree: state.tree,
        dirtyCount: found.stagedCount + found.unstagedCount + found.untrackedCount + found.conflictCount))
    setAside += found.setAside.map(path.appending)
    ignored += found.ignored.map(path.appending)
    problems += found.problems.map { $0.below(path) }
    leftOut += found.leftOut.map { $0.below(path) }
    return found.submodules
  }

  func captured(at path: BytePath) -> (submodule: Submodule, state: RecordedState)? {
    captured.first { $0.submodule.path == path }
  }

  /// Makes the recorded states durable and gives them their refs.
  func publish(_ id: CheckpointID, title: String, by identity: Identity, at time: Timestamp) throws {
    for (submodule, state) in captured {
      let objects = submodule.objects
      let tag = try objects.writeTag(
        "\(id)", target: state.tree, message: title + "\n", by: identity, at: time)
      try objects.publish()
      try objects.hold(by: id.refs(state, tag: tag))
    }
  }

  /// Removes the refs again.
  func retract(_ id: CheckpointID) {
    for (submodule, _) in captured {
      try? CheckpointRefs.remove(of: [id], isDead: false, submodule.objects)
    }
  }
}

extension CheckpointID {
  /// The refs that keep a recorded state alive.
  func refs(_ state: RecordedState, tag: ObjectID) -> [(name: String, target: ObjectID)] {
    var refs = [(stateRef, tag)]
    if let head = state.head { refs.append((headRef, head)) }
    refs += state.metadata.operationObjects.enumerated().map {
      ("\(refPrefix)operation/\($0.offset + 1)", $0.element)
    }
    return refs
  }
}

extension CapturePolicy {
  /// The same policy for a submodule's working copy, in which paths are relative to the submodule.
  fileprivate func below(_ path: BytePath) -> CapturePolicy {
    let outer = self
    var inner = CapturePolicy(
      isExcluded: { outer.isExcluded(path.appending($0)) },
      isSetAside: { outer.isSetAside(path.appending($0), $1) },
      sizeGuard: outer.sizeGuard.map { sizeGuard in
        SizeGuard(
          fileLimit: sizeGuard.fileLimit, totalLimit: sizeGuard.totalLimit,
          isAllowed: { sizeGuard.isAllowed(path.appending($0)) })
      })
    inner.readsEverything = outer.readsEverything
    return inner
  }
}

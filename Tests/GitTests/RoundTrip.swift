// Recording a working copy and bringing it back with only the Git module, in the order in which a rollback
// does it, and the comparison of before and after.

import FileSystem
import Git
import TestSupport
import Testing

struct RoundTrip {
  let repository: Repository

  init(_ repository: Repository) { self.repository = repository }

  static let recordEverything = CapturePolicy(isExcluded: { _ in false }, isSetAside: { _, _ in false })

  /// Records the present state and makes its objects durable.
  func capture(
    policy: CapturePolicy = recordEverything, files: any FileOperations = SystemFileOperations()
  ) throws -> CapturedState {
    let location = try repository.location()
    let database = try ObjectDatabase.open(location, files: files)
    let captured = try StateCapture.run(location, into: database, policy: policy)
    try database.publish()
    return captured
  }

  /// Records and keeps the state under refs, as a checkpoint does.
  @discardableResult
  func keep(_ name: String, _ state: RecordedState) throws -> ObjectID {
    let database = try repository.database()
    try database.beginWriting(many: false)
    let tag = try database.writeTag(
      name, target: state.tree, message: "test\n", by: Identity(environment: [:]) { _ in nil },
      at: FixedClock.start)
    try database.publish()
    try database.setRef("refs/checkpoints/\(name)/state", to: tag)
    if let head = state.head { try database.setRef("refs/checkpoints/\(name)/head", to: head) }
    for (number, id) in state.metadata.operationObjects.enumerated() {
      try database.setRef("refs/checkpoints/\(name)/operation/\(number + 1)", to: id)
    }
    return tag
  }

  func plan(
    to target: RecordedState, keepUntracked: Bool = false, isLeftAlone: (BytePath) -> Bool = { _ in false }
  ) throws -> (plan: RestorePlan, present: RecordedState) {
    var policy = Self.recordEverything
    policy.incoming = target.worktree
    let present = try capture(policy: policy).state
    let plan = try RestorePlan(
      from: present, to: target, keepUntracked: keepUntracked, isLeftAlone: isLeftAlone,
      in: repository.database())
    return (plan, present)
  }

  /// Brings a recorded state back.
  /// - Parameter isKnown: false for the way that a rollback takes when another process began it.
  /// - Returns: the paths that were written.
  @discardableResult
  func restore(
    _ target: RecordedState, keepUntracked: Bool = false, moveBranch: Bool = false, isKnown: Bool = true,
    isLeftAlone: (BytePath) -> Bool = { _ in false }, files: any FileOperations = SystemFileOperations()
  ) throws -> [BytePath] {
    let location = try repository.location()
    let (plan, present) = try plan(to: target, keepUntracked: keepUntracked, isLeftAlone: isLeftAlone)
    let database = try repository.database()
    try database.fetchMissing(plan.writes.map(\.entry.id))
    let writer = WorktreeWriter(location, database, files: files)
    try writer.check(plan, since: nil)
    let head = try HeadDestination.choose(for: target, moveBranch: moveBranch, location, database)
    let index = try IndexRestore(target, from: present, isKnown: isKnown, location, database)
    try head.apply(location.git, reason: "test")
    try index.begin()
    let untouched = try writer.apply(plan)
    try OperationInProgress.restore(target, location, database, files: files)
    try index.finish(WrittenFiles(all: Set(plan.writes.map(\.path)), untouched: untouched))
    return plan.writes.map(\.path)
  }

  /// Everything that a user could notice: files, index, status, HEAD, the operation in progress.
  func observe() throws -> Observation {
    Observation(
      files: try repository.snapshot(), index: try repository.indexAndStatus(),
      head: try repository.git("rev-parse", "--verify", "-q", "HEAD", accepting: [0, 1]),
      branch: try repository.git("symbolic-ref", "-q", "HEAD", accepting: [0, 1]),
      operation: try operation())
  }

  /// What is next to HEAD and belongs to no commit, and the refs of this working tree.
  private func operation() throws -> [BytePath: String] {
    let directory = try repository.location().gitDirectory
    let others: Set<BytePath> = [
      "HEAD", "ORIG_HEAD", "FETCH_HEAD", "COMMIT_EDITMSG", "branches", "commondir", "config", "description",
      "gitdir", "hooks",
      "index", "info", "logs", "modules", "objects", "packed-refs", "refs", "rr-cache", "shallow",
      "config.worktree", "worktrees",
    ]
    var found: [BytePath: String] = [:]
    func collect(_ path: BytePath) throws {
      let full = directory.appending(path)
      if try FileTree.status(full)?.kind == .directory {
        for name in try FileTree.list(full) { try collect(path.appending(name)) }
      } else {
        found[path] = "\(BytePath(try FileTree.readAll(full)))"
      }
    }
    for name in try FileTree.list(directory) where !others.contains(name) && !name.hasPrefix("sharedindex.") {
      try collect(name)
    }
    for path in ["refs/bisect", "refs/rewritten"] as [BytePath]
    where FileTree.exists(directory.appending(path)) {
      try collect(path)
    }
    return found
  }

  struct Observation: Equatable {
    var files: [BytePath: String]
    var index: [String]
    var head: String
    var branch: String
    var operation: [BytePath: String]
  }

  /// Records, lets `change` happen, restores, and compares.
  /// - Returns: the captured state.
  @discardableResult
  func expectUnchanged(
    moveBranch: Bool = false, sourceLocation: SourceLocation = #_sourceLocation, by change: () throws -> Void
  ) throws -> CapturedState {
    let before = try observe()
    let captured = try capture()
    try change()
    try restore(captured.state, moveBranch: moveBranch)
    let after = try observe()
    for path in Set(before.files.keys).union(after.files.keys).sorted() {
      let (old, new) = (before.files[path], after.files[path])
      #expect(old?.prefix(300) == new?.prefix(300), "\(path)", sourceLocation: sourceLocation)
      #expect(old == new, "\(path) as a whole", sourceLocation: sourceLocation)
    }
    #expect(before.index == after.index, sourceLocation: sourceLocation)
    #expect(before.head == after.head, sourceLocation: sourceLocation)
    #expect(before.branch == after.branch, sourceLocation: sourceLocation)
    #expect(before.operation == after.operation, sourceLocation: sourceLocation)
    let leftover = try repository.location().gitDirectory.appending("checkpoint-restore")
    #expect(!FileTree.exists(leftover), sourceLocation: sourceLocation)
    return captured
  }
}

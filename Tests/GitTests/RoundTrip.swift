// Recording a working copy and bringing it back with the Git module alone, in the order in which a rollback
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
    let tag = try database.writeTag(name, target: state.tree, message: "test\n", at: FixedClock.start)
    try database.publish()
    try database.setRef("refs/checkpoints/\(name)/state", to: tag)
    if let head = state.head { try database.setRef("refs/checkpoints/\(name)/head", to: head) }
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
  /// - Returns: the paths that were written.
  @discardableResult
  func restore(
    _ target: RecordedState, keepUntracked: Bool = false, moveBranch: Bool = false,
    isLeftAlone: (BytePath) -> Bool = { _ in false }, files: any FileOperations = SystemFileOperations()
  ) throws -> [BytePath] {
    let location = try repository.location()
    let (plan, _) = try plan(to: target, keepUntracked: keepUntracked, isLeftAlone: isLeftAlone)
    let database = try repository.database()
    let writer = WorktreeWriter(location, database, files: files)
    try writer.check(plan, since: nil)
    let head = try HeadDestination.choose(for: target, moveBranch: moveBranch, location, database)
    try head.apply(location.git, reason: "test")
    try IndexRestore.replaceEntries(target, location)
    try writer.apply(plan)
    try IndexRestore.restoreOperation(target, location, database, files: files)
    try IndexRestore.finish(target, written: plan.writes, location, database)
    return plan.writes.map(\.path)
  }

  /// Everything that a user could notice: files, index, status, HEAD, the operation in progress.
  func observe() throws -> Observation {
    Observation(
      files: try repository.snapshot(), index: try repository.indexAndStatus(),
      head: try repository.git("rev-parse", "--verify", "-q", "HEAD", accepting: [0, 1]),
      branch: try repository.git("symbolic-ref", "-q", "HEAD", accepting: [0, 1]),
      operation: OperationInProgress.find(in: try repository.location().gitDirectory)?.name)
  }

  struct Observation: Equatable {
    var files: [BytePath: String]
    var index: [String]
    var head: String
    var branch: String
    var operation: String?
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

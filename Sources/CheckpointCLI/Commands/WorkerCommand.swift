// `checkpoint worker`: the process that works in the background.

import Checkpoints
import ChunkStore
import FileSystem
import FoundationEssentials
import Glibc

extension Command {
  static let worker = Command(
    name: "worker", isHidden: true,
    summary: "do what can wait: copies of replaced databases, warm clones, proofs",
    details: """
      Commands start it by themselves and do not wait for it; “checkpoint status” shows it, and
      git config checkpoint.background false switches it off. To run it by hand: </dev/null.
      """,
    examples: ["checkpoint worker"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    DetachedProgram.takeLowPriority()
    Interruption.hurry()
    let order = try JSONDecoder().decode(
      WorkerOrder.self, from: Data(FileTree.readInput().nonEmpty ?? Array("{}".utf8)))
    var invocation = invocation
    if let database = order.database { invocation.values["--database"] = [database] }
    if let prefix = order.clientPrefix { invocation.values["--client-prefix"] = [prefix] }
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    do { return try work(workspace, store) } catch {
      // Nobody is there to read it now.
      if !(error is Interrupted) { try note(error, "start", workspace, store) }
      throw error
    }
  }

  private static func note(
    _ error: any Error, _ job: String, _ workspace: Workspace, _ store: Store
  ) throws {
    let failure = WorkerLock.Failure(at: workspace.clock.now(), job: job, reason: Diagnostic(error).message)
    try WorkerLock.note(failure, of: .worker, in: store)
    FailureNotice(
      workspace.project.settings, workspace.worktree,
      isTrusted: (try? workspace.isTrusted) ?? false
    )
    .send(operation: .worker(job), message: failure.reason)
  }

  /// What is no failure of the job, and the next command says all the same.
  private static func tell(_ remark: String, _ job: String, _ workspace: Workspace, _ store: Store) throws {
    try WorkerLock.note(
      WorkerLock.Failure(at: workspace.clock.now(), job: job, reason: remark), of: .worker, in: store)
  }

  private static func work(_ workspace: Workspace, _ store: Store) throws -> ExitCode {
    var isComplete = true
    let start = workspace.clock.now()
    // Whoever came while we worked found us at it and left: one more look after each round.
    while let lock = try WorkerLock.acquire(.worker, store, at: workspace.clock.now()) {
      // What earlier ones said stands in the log of operations, as far as it matters.
      truncate("\(store.log.appending("worker.log"))", 0)
      let (isOutdated, isWhole) = try round(workspace, store, lock)
      isComplete = isComplete && isWhole
      if !isOutdated { break }
    }
    // What it had to say itself stays until it is told.
    if isComplete, let earlier = WorkerLock.failure(of: .worker, in: store), earlier.at < start {
      try WorkerLock.note(nil, of: .worker, in: store)
    }
    return isComplete ? .done : .failed
  }

  /// - Returns: whether something has changed meanwhile, and whether all of it succeeded.
  private static func round(
    _ workspace: Workspace, _ store: Store, _ worker: WorkerLock
  ) throws -> (isOutdated: Bool, isWhole: Bool) {
    var isWhole = true
    let work = BackgroundWork(
      store, sources: try workspace.sources(), policy: try WarmPolicy(workspace.project.settings),
      try workspace.stability(store),
      clock: workspace.clock, progress: SilentProgress())
    let before = try work.concerns()
    try RehearsalPlace.removeAbandoned(in: store, workspace.project.location)
    for job in try work.jobs() {
      try Interruption.check()
      guard let lock = try store.lock(.shared, waitingAtMost: 10) else { break }
      if try JournalFile(store).read() != nil { break }
      try worker.announce(job.name)
      do {
        if let remark = try job.run() { try tell(remark, job.name, workspace, store) }
      } catch let error as Interrupted { throw error } catch {
        isWhole = false
        let diagnostic = Diagnostic(error)
        OperationsLog(store).append(
          OperationEntry(
            at: workspace.clock.now(), operation: .worker(job.name),
            checkpoint: job.checkpoint?.description,
            seconds: 0, outcome: .failed(diagnostic.message)))
        workspace.console.report(diagnostic)
        try note(error, job.name, workspace, store)
      }
      withExtendedLifetime(lock) {}
    }
    return (try work.concerns() != before, isWhole)
  }
}

extension Array {
  fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}

// `checkpoint warm`: the databases that rollback renames into place.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting
import Glibc

extension Command {
  static let warm = Command(
    name: "warm", operands: [.one("SELECTOR", .checkpoint)],
    summary: "make, list or drop warm clones: restored databases that a rollback renames into place",
    details: """
      A stage's checkpoint gets one by itself, in the background; checkpoint.warm says how many of the
      newest stage and stable checkpoints keep theirs (default 1, off for none), warmSizeLimit (20g)
      and warmFreeSpace (5g) bound them. One that you make here stays until you drop it or go back.
      Nobody can connect to one. One that somebody opened is no clone any more; it is left on the
      server and shown by “list”.
      """,
    options: [SharedOptions.trustedSource] + SharedOptions.database,
    examples: ["checkpoint warm stage-02-start"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let target = try selected(invocation.operands[0], workspace, store)
    try awaitWorker(workspace, store, target)
    return try changingClones(workspace) { try make(target, workspace, $0) }
  }.with(subcommands: [.warmList, .warmDrop])

  /// Two that make or drop clones at once would make one too many.
  static func changingClones(
    _ workspace: Workspace, _ body: (Store) throws -> ExitCode
  ) throws -> ExitCode {
    let store = try workspace.openStore()
    let lock = try store.lock(.shared, waiting: 10)
    defer { withExtendedLifetime(lock) {} }
    try WorkerLock.stop(in: store, waiting: 5)
    guard let worker = try WorkerLock.acquire(.worker, store, at: workspace.clock.now()) else {
      throw StoreError.busy(store.root)
    }
    defer { withExtendedLifetime(worker) {} }
    return try body(store)
  }

  private static func selected(
    _ selector: String, _ workspace: Workspace, _ store: Store
  ) throws -> Manifest {
    do { return try workspace.select(selector, store) } catch let problem as SelectorProblem {
      // It may be a sub-command that was meant.
      var diagnostic = Diagnostic(problem)
      diagnostic.hints += warm.subcommands.names(near: selector).map {
        "did you mean: checkpoint warm \($0)?"
      }
      throw diagnostic
    }
  }

  /// The background worker may be making the very clone, as it does after a stage's checkpoint: what it has done would be lost
  /// if it were stopped. It is waited for until the checkpoint is warm, or it has ended.
  private static func awaitWorker(_ workspace: Workspace, _ store: Store, _ target: Manifest) throws {
    var job: String?
    while let state = try WorkerLock.running(.worker, in: store) {
      if state.job != job {
        // A server that does not answer is the worker's concern, and then the command's own.
        if (try? workspace.clones(store, for: target).isWarm(target)) == true { return }
        workspace.console.remark("waiting for the background worker: \(state.job)")
        job = state.job
      }
      try Interruption.check()
      usleep(100_000)
    }
  }

  private static func make(_ target: Manifest, _ workspace: Workspace, _ store: Store) throws -> ExitCode {
    try JournalFile(store).requireNone()
    try workspace.requireVouched(target)
    let clones = try workspace.clones(store, for: target)
    let made = try workspace.logged(LoggedOperation(.warm), store) {
      let limit = try WarmPolicy(workspace.project.settings).copyLimit
      return (try clones.make(target, within: nil, copyLimit: limit), target.id.description, nil)
    }
    workspace.warnOfLeftDatabases(try workspace.sources(for: target))
    for clone in made {
      let way = clone.origin == .copied ? "copied from the live database" : "restored and compared"
      workspace.console.remark(
        "\(clone.database): \(way), \(Format.bytes(clone.byteCount)), \(Format.seconds(clone.seconds))")
    }
    try workspace.console.outcome(made.isEmpty ? "\(target.id) is warm already" : "\(target.id) is warm")
    return .done
  }
}

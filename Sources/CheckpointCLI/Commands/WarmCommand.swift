// `checkpoint warm`: the databases that rollback renames into place.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting

extension Command {
  static let warm = Command(
    name: "warm", operands: "SELECTOR | list | drop [SELECTOR|DATABASE]", operandCount: 1...2,
    summary: "make, list or drop warm clones: restored databases that a rollback renames into place",
    details: """
      A stage's checkpoint gets one by itself, in the background; checkpoint.warm says how many of the
      newest stage and stable checkpoints keep theirs (default 1, off for none), warmSizeLimit (20g)
      and warmFreeSpace (5g) bound them. One that you make here stays until you drop it or go back.
      Nobody can connect to one. One that somebody opened is no clone any more; it is left on the
      server and shown by “list”.
      """,
    options: [SharedOptions.yes, SharedOptions.trustedSource] + SharedOptions.database,
    examples: ["checkpoint warm stage-02-start", "checkpoint warm list", "checkpoint warm drop"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let isForReading = invocation.operands[0] == "list"
    let lock = try store.lock(.shared, waiting: 10, isForReading: isForReading)
    defer { withExtendedLifetime(lock) {} }
    let (word, rest) = (invocation.operands[0], invocation.operands.dropFirst().first)
    if let rest, word != "drop" { throw UsageError(description: "“\(rest)” is one word too many") }
    if word == "list" { return try WarmText.list(workspace, store) }
    // Two that make clones at once would make one too many.
    try WorkerLock.stop(in: store, waiting: 5)
    guard let worker = try WorkerLock.acquire(.worker, store, at: workspace.clock.now()) else {
      throw StoreError.busy(store.root)
    }
    defer { withExtendedLifetime(worker) {} }
    return try word == "drop" ? drop(rest, workspace, store) : make(word, workspace, store)
  }

  private static func make(_ selector: String, _ workspace: Workspace, _ store: Store) throws -> ExitCode {
    try JournalFile(store).requireNone()
    let target = try workspace.select(selector, store)
    try workspace.requireVouched(target)
    let clones = try workspace.clones(store, for: target)
    let made = try workspace.logged("warm", store) {
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

  private static func drop(_ what: String?, _ workspace: Workspace, _ store: Store) throws -> ExitCode {
    // An interrupted rollback may be about to use one.
    try JournalFile(store).requireNone()
    let clones = try workspace.clones(store)
    var (dropped, left): ([String], [String]) = ([], [])
    if let what, let stray = try WarmText.strays(workspace, clones.list()).first(where: { $0.name == what }) {
      guard
        try workspace.console.confirm(
          "drop the database \(what), which no checkpoint here names?",
          isAnswered: workspace.invocation.has("--yes"))
      else { return .failed }
      try stray.source.dropClone(named: what)
      dropped = [what]
    } else if let what {
      (dropped, left) = try clones.drop(workspace.select(what, store).id)
    } else {
      for id in Set(try clones.list().map(\.checkpoint)).sorted() {
        let result = try clones.drop(id)
        (dropped, left) = (dropped + result.dropped, left + result.left)
      }
    }
    for name in left {
      workspace.console.warning("\(name) stays: somebody opened it; checkpoint warm drop \(name) drops it")
    }
    for name in dropped { workspace.console.remark("dropped \(name)") }
    try workspace.console.outcome(
      dropped.isEmpty ? "there is no warm clone" : "\(Format.plural(dropped.count, "warm clone")) dropped")
    return .done
  }
}

// `checkpoint restore`: a part of a checkpoint. What it replaces is kept, as with rollback.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension Command {
  static let restore = Command(
    name: "restore", operands: "database|files SELECTOR [PATH]…", operandCount: 2...Int.max,
    summary: "bring back the database alone, or files alone",
    details: """
      restore database SELECTOR brings the database back and leaves git and files as they are; with
      --target-db it makes a new database and touches nothing else. restore files SELECTOR [PATH]…
      writes recorded files (all, or those below the paths or matching the globs) and removes none;
      HEAD and the index stay. “checkpoint undo” brings back what was replaced.
      """,
    options: [
      .value("--target-db", as: "NAME", help: "restore into this database instead of the project's"),
      .flag(
        "--recreate", help: "replace the target database if it exists; the old one is kept under another name"
      ),
      .flag("-n", "--dry-run", help: "show what would be done"),
      SharedOptions.yes,
    ] + SharedOptions.database,
    examples: [
      "checkpoint restore database latest --target-db shop_yesterday",
      "checkpoint restore files stage-02-start src/models",
    ],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let lock = try store.lock(.exclusive, waiting: 2)
    defer { withExtendedLifetime(lock) {} }
    try JournalFile(store).requireNone()
    let target = try workspace.select(invocation.operands[1], store)
    switch invocation.operands[0] {
    case "files":
      let prefix = try workspace.project.location.pathOfCurrentDirectory()
      let top = workspace.worktree
      let paths = invocation.operands.dropFirst(2).map { operand in
        let path = BytePath(operand)
        guard path.isAbsolute else { return BytePath.normalized(prefix.appending(path)) }
        return BytePath.normalized(
          path.isInside(top) ? BytePath(path.bytes.dropFirst(top.bytes.count)) : path)
      }
      return try carryOut(
        RollbackRequest(operation: "restore", target: target, scope: .files(paths)), workspace, store)
    case "database":
      guard invocation.operands.count == 2 else {
        throw UsageError(description: "restore database takes one selector and no paths")
      }
      if let name = invocation.value("--target-db") {
        return try restore(target, into: name, workspace, store)
      }
      if invocation.has("--recreate") {
        throw UsageError(description: "--recreate goes with --target-db NAME")
      }
      return try carryOut(
        RollbackRequest(operation: "restore", target: target, scope: .databases), workspace, store)
    default:
      throw UsageError(
        description: "“\(invocation.operands[0])” cannot be restored by itself", hints: ["database or files"])
    }
  }

  private static func restore(
    _ target: Manifest, into name: String, _ workspace: Workspace, _ store: Store
  ) throws -> ExitCode {
    let records = try Catalog(store).sources(of: target).filter { $0.type == PostgreSQLSource.typeName }
    guard let record = records.first else { throw RollbackProblem.nothingToRestore(target.id, "database") }
    guard
      let source = try workspace.sources(for: target).first(where: { $0.name == record.name })
        as? PostgreSQLSource
    else {
      throw RollbackProblem.sourceNotConfigured(record.name, label: record.label)
    }
    let isReplacing = workspace.invocation.has("--recreate")
    let copy = DatabaseCopy(source, store: store, progress: workspace.progress)
    let console = workspace.console
    if workspace.invocation.has("--dry-run") {
      try console.outcome(
        "restore \(record.counts["tables"] ?? 0) tables of \(target.id) into the database \(name)")
      return .done
    }
    if isReplacing {
      let question = "replace the database \(name), if it exists?"
      guard try console.confirm(question, isAnswered: workspace.invocation.has("--yes")) else {
        return .failed
      }
    }
    let kept = try workspace.logged("restore database", store) {
      (try copy.make(name, from: record, replacing: isReplacing), target.id.description, nil)
    }
    if let kept { console.remark("the database that was there is kept as \(kept)") }
    try console.outcome("\(target.id) is restored in the database \(name)")
    return .done
  }
}

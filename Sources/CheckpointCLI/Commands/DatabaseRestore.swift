// What “restore database” does: which database, which part of it, into what.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Postgres

struct DatabaseRestore {
  private let invocation: Invocation
  let request: DatabaseRequest

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    var request = DatabaseRequest()
    request.source = invocation.value("--source")
    request.destination = invocation.value("--target")
    request.part.schemas = invocation.values["--schema"] ?? []
    request.part.tables = invocation.values["--table"] ?? []
    request.isForced = invocation.has("--force")
    request.allowsPartial = invocation.has("--partial") ? true : nil
    request.leavesOwnersOut = invocation.has("--no-owner")
    request.leavesPrivilegesOut = invocation.has("--no-privileges")
    request.values = try Self.pairs(invocation, "--set", example: "orders.status=open")
    request.renames = try Self.pairs(invocation, "--rename", example: "orders.total=amount")
    if invocation.has("--include-ledger") { request.includesLedgers = true }
    request.excludedTables = invocation.values["--exclude-table"]
    if invocation.has("--data-only") { request.part.contents = .data }
    if invocation.has("--schema-only") { request.part.contents = .schema }
    self.request = request
    try checkCombinations()
  }

  /// Splits at the last `=` before the value: names may hold anything, so the first one ends the name.
  private static func pairs(_ invocation: Invocation, _ option: String, example: String) throws -> [String:
    String]
  {
    try (invocation.values[option] ?? []).reduce(into: [:]) { found, text in
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw UsageError(description: "\(option) “\(text)” has no “=”", hints: ["\(option) \(example)"])
      }
      found[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
  }

  /// An option that would do nothing is a mistake.
  private func checkCombinations() throws {
    func requires(_ options: [String], _ needed: String) throws {
      if !invocation.has(needed), let option = options.first(where: invocation.has) {
        throw UsageError(description: "\(option) goes with \(needed)")
      }
    }
    func excludes(_ first: String, _ others: [String]) throws {
      if invocation.has(first), let other = others.first(where: invocation.has) {
        throw UsageError(description: "\(first) and \(other) exclude each other")
      }
    }
    try requires(["--plan", "--set", "--rename", "--include-ledger", "--exclude-table"], "--data-only")
    try requires(["--recreate"], "--target-db")
    if invocation.has("--no-database") {
      throw UsageError(description: "--no-database leaves nothing of restore database")
    }
    try excludes(
      "--data-only", ["--schema-only", "--target-db", "--no-owner", "--no-privileges", "--partial"])
    try excludes("--target", ["--target-db"])
    try excludes("--plan", ["--dry-run"])
  }

  // MARK: Doing it

  func run(_ target: Manifest, _ workspace: Workspace, _ store: Store) throws -> ExitCode {
    let record = try record(in: target, store)
    if let name = request.destination { _ = try source(name, for: target, record.label, workspace) }
    if let name = invocation.value("--target-db") {
      return try make(name, from: record, target, workspace, store)
    }
    if invocation.has("--plan") { return try plan(record, target, workspace, store) }
    if request.isForced {
      workspace.console.warning("whose checkpoint it is was not checked (--force)")
    }
    return try Command.carryOut(
      RollbackRequest(operation: .restore, target: target, scope: .databases(request.asked)), workspace,
      store)
  }

  /// The database that is meant. Where a part or another place is asked for, there must be just one.
  private func record(in target: Manifest, _ store: Store) throws -> SourceRecord {
    let records = try Catalog(store).sources(of: target).filter { $0.type == PostgreSQLSource.typeName }
    let names = records.map(\.name).joined(separator: ", ")
    if let wanted = request.source {
      guard let record = records.first(where: { $0.name == wanted }) else {
        throw UsageError(
          description: "\(target.id) holds no database called “\(wanted)”",
          hints: [names.isEmpty ? "it holds none" : "it holds: \(names)"])
      }
      return record
    }
    guard let record = records.first else { throw RollbackProblem.nothingToRestore(target.id, "database") }
    let isAboutOne =
      request.part != DatabasePart() || request.destination != nil || invocation.has("--target-db")
    if records.count > 1 && isAboutOne {
      throw UsageError(
        description: "\(target.id) holds several databases", hints: ["choose one with --source: \(names)"])
    }
    return record
  }

  private func source(_ name: String, for target: Manifest, _ label: String, _ workspace: Workspace) throws
    -> PostgreSQLSource
  {
    let sources = try workspace.sources(for: target)
    guard let source = sources.first(where: { $0.name == name }) as? PostgreSQLSource else {
      if name == request.destination {
        throw UsageError(
          description: "the settings have no database called “\(name)”",
          hints: [
            "in \(Settings.fileName): [database \"\(name)\"] with url = URL and record = false",
            "known: \(sources.map(\.name).joined(separator: ", "))",
          ])
      }
      throw RollbackProblem.sourceNotConfigured(name, label: label)
    }
    return source
  }

  private func plan(_ record: SourceRecord, _ target: Manifest, _ workspace: Workspace, _ store: Store) throws
    -> ExitCode
  {
    let source = try source(request.destination ?? record.name, for: target, record.label, workspace)
    let console = workspace.console
    let plan = try source.plan(record, request, in: store, progress: workspace.progress)
    if console.isJSON {
      struct View: Encodable {
        var target: String, lines: [String], problems: [String], suggestions: [String]
      }
      try console.json(
        View(
          target: target.id.description, lines: plan.lines, problems: plan.problems,
          suggestions: plan.suggestions))
    } else {
      for problem in plan.problems { console.warning(problem) }
      for line in plan.lines { console.result(line) }
      for suggestion in plan.suggestions { console.remark("perhaps: \(suggestion)") }
    }
    return plan.problems.isEmpty ? .done : .failed
  }

  private func make(
    _ name: String, from record: SourceRecord, _ target: Manifest, _ workspace: Workspace, _ store: Store
  ) throws -> ExitCode {
    let source = try source(record.name, for: target, record.label, workspace)
    let isReplacing = invocation.has("--recreate")
    let copy = DatabaseCopy(source, request, store: store, progress: workspace.progress)
    let console = workspace.console
    if invocation.has("--dry-run") {
      try console.outcome(
        "restore \(record.counts["tables"] ?? 0) tables of \(target.id) into the database \(name)")
      return .done
    }
    try workspace.requireVouched(target)
    if isReplacing {
      let question = "replace the database \(name), if it exists?"
      guard try console.confirm(question, isAnswered: invocation.has("--yes")) else { return .failed }
    }
    let (kept, notes, unrestored) = try workspace.logged(.restoreDatabase, store) {
      (try copy.make(name, from: record, replacing: isReplacing), target.id.description, nil)
    }
    for note in notes { console.remark(note) }
    if let kept { console.remark("the database that was there is kept as \(kept)") }
    UnrestoredText.show(unrestored, console)
    try console.outcome("\(target.id) is restored in the database \(name)")
    return unrestored.isEmpty ? .done : .partly
  }
}

// `restore database`: which database, which part of it, and into which database.

import Checkpoints
import DataSources
import FileSystem
import Operations

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
      guard let (name, value) = text.cut(at: "="), !name.isEmpty else {
        throw UsageError(description: "\(option) “\(text)” has no “=”", hints: ["\(option) \(example)"])
      }
      found[String(name)] = String(value)
    }
  }

  /// Refuses options that would do nothing.
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

  func run(_ workspace: Workspace) throws -> ExitCode {
    let isAboutOne =
      request.part != DatabasePart() || request.destination != nil || invocation.has("--target-db")
      || invocation.has("--plan")
    let wanted = SourceRestoreRequest(invocation.operands[0], try request.asked, isAboutOne: isAboutOne)
    if let name = invocation.value("--target-db") { return try copy(wanted, to: name, workspace) }
    if invocation.has("--plan") { return try plan(wanted, workspace) }
    if request.isForced {
      workspace.console.warning("not checked whether the checkpoint is of this database (--force)")
    }
    return try workspace.goBack {
      try workspace.session.restoreSources(
        wanted, allowingPartial: invocation.has("--partial"), decide: $0)
    }
  }

  private func plan(_ wanted: SourceRestoreRequest, _ workspace: Workspace) throws -> ExitCode {
    let console = workspace.console
    let (target, plan) = try workspace.session.planRows(wanted)
    let suggestions = plan.suggestions.map(Self.words)
    if console.isJSON {
      struct View: Encodable {
        var target: String, lines: [String], problems: [String], suggestions: [String]
      }
      try console.json(
        View(target: "\(target)", lines: plan.lines, problems: plan.problems, suggestions: suggestions))
    } else {
      for problem in plan.problems { console.warning(problem) }
      for line in plan.lines { console.result(line) }
      for suggestion in suggestions { console.remark("perhaps: \(suggestion)") }
    }
    return plan.problems.isEmpty ? .done : .failed
  }

  private static func words(_ suggestion: RowPlanSuggestion) -> String {
    switch suggestion {
    case .rename(let old, let new): "--rename \(old)=\(new)"
    case .value(let column): "--set \(column)=VALUE"
    case .ledgers: "--include-ledger, which brings migration ledgers back, too"
    }
  }

  private func copy(_ wanted: SourceRestoreRequest, to name: String, _ workspace: Workspace) throws
    -> ExitCode
  {
    let console = workspace.console
    let (isReplacing, isDry) = (invocation.has("--recreate"), invocation.has("--dry-run"))
    let restored = try workspace.session.copySource(wanted, to: name, isReplacing: isReplacing) {
      target, record in
      if isDry {
        try console.outcome(
          "restore \(record.counts["tables"] ?? 0) tables of \(target.id) into the database \(name)")
        return false
      }
      if let file = target.unvouched { try workspace.requireVouched(file) }
      if !isReplacing { return true }
      let question = "replace the database \(name), if it exists?"
      return try console.confirm(question, isAnswered: invocation.has("--yes"))
    }
    guard let (target, copy) = restored else { return isDry ? .done : .failed }
    for note in copy.notes { console.remark(note) }
    if let kept = copy.kept { console.remark("the database that was there is kept as \(kept)") }
    UnrestoredText.show(copy.unrestored, console)
    try console.outcome("\(target) is restored in the database \(name)")
    return copy.unrestored.isEmpty ? .done : .partly
  }
}

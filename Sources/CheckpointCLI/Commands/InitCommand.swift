// `checkpoint init`: finds the repository and the database, writes `.checkpointconfig`, makes the store.

import Checkpoints
import DataSources
import FileSystem
import Formatting
import Operations

extension Command {
  static let initialize = Command(
    name: "init", summary: "set checkpoint up in this repository",
    details: """
      Looks for the database (--database, .checkpointconfig, DATABASE_URL in the environment or in
      .env files, PG* variables), writes .checkpointconfig, which never holds a password, and makes the
      store. Works without a database, and can be repeated. On a terminal it offers git's hooks.
      """,
    options: [.flag("--hooks", help: "install git's hooks, too")] + SharedOptions.database,
    examples: ["checkpoint init", "checkpoint init --database postgresql://localhost/shop"]
  ) { invocation in
    if let prefix = invocation.value("--client-prefix"), prefix.uppercased().contains("PASSWORD=") {
      throw UsageError(
        description: "the words of --client-prefix hold a password, which would be committed",
        hints: ["docker exec -i -e PGPASSWORD CONTAINER passes the variable on"])
    }
    let workspace = try Workspace(invocation)
    let console = invocation.console
    let setUp = try workspace.session.setUp()
    show("repository  \(workspace.worktree)", console)
    show("store       \(workspace.project.storePath)", console)
    show("settings    \(setUp.file)\(setUp.isNew ? "" : " (kept as it is)")", console)
    let reached = setUp.sources.map { describe($0, console) }
    if !setUp.isNew && invocation.value("--database") != nil {
      console.warning("\(Settings.fileName) exists and was not changed: edit it to use this database")
    }
    if setUp.sources.isEmpty { tellWhyNone(workspace) }
    let hooks = try offerHooks(workspace)
    let wrong = try tellWhatIsWrong(workspace)
    if console.isJSON {
      try console.json(
        InitReport(
          repository: "\(workspace.worktree)", store: "\(workspace.project.storePath)",
          settings: "\(setUp.file)", databases: reached,
          notTaken: setUp.sources.isEmpty ? workspace.session.clues().unnamed : nil,
          wrong: wrong.isEmpty ? nil : wrong))
    }
    console.remark("next        checkpoint stage-01-start, or: checkpoint full")
    return reached.allSatisfy { $0.problem == nil } && hooks == .done && wrong.isEmpty ? .done : .partly
  }

  /// The essence of `checkpoint doctor`; what is to be said of databases has been said.
  private static func tellWhatIsWrong(_ workspace: Workspace) throws -> [Checkup.Finding] {
    let checkup = try workspace.session.checkUp(
      program: FileTree.canonical(DetachedProgram.ownProgram), isMending: false, asksSources: false)
    let wrong = checkup.findings.filter { $0.state == .wrong }
    for finding in wrong {
      workspace.console.warning("\(finding.area): \(Format.visible(finding.text))")
      if let remedy = finding.remedy { workspace.console.hint(Format.visible(remedy)) }
    }
    return wrong
  }

  /// A line of the report, which `--json` has in its own form.
  private static func show(_ line: String, _ console: Console) { if !console.isJSON { console.result(line) } }

  private static func tellWhyNone(_ workspace: Workspace) {
    let (console, clues) = (workspace.console, workspace.session.clues())
    let isLeftOut = workspace.invocation.has("--no-database")
    if !isLeftOut, let variables = clues.unnamed {
      show(
        "database    none taken: \(variables) say where a server is, and not which database is the project's",
        console)
      console.remark(
        "            name it: PGDATABASE=NAME, DATABASE_URL in .env, or: checkpoint init --database URL")
      return
    }
    show("database    none found; set DATABASE_URL in .env, or: checkpoint init --database URL", console)
    let found = clues.otherAddresses
    if !isLeftOut, !found.isEmpty {
      console.remark(
        "            \(found.joined(separator: ", ")) may be one: git config checkpoint.database.env NAME")
    }
  }

  /// Installs them if the user agrees.
  private static func offerHooks(_ workspace: Workspace) throws -> ExitCode {
    let console = workspace.console
    let setup = try HookCommands(workspace)
    if workspace.invocation.has("--hooks") {
      return try setup.install(GitHook.usual, isTold: !console.isJSON)
    }
    if try setup.isInstalled { return .done }
    guard console.canAsk, !console.isJSON, !console.isQuiet else {
      show("hooks       none of checkpoint's: checkpoint hooks install", console)
      return .done
    }
    let question =
      "let git take checkpoints by itself, before commits on the main branch and before releases?"
    return try console.confirm(question, isAnswered: false) ? setup.install(GitHook.usual) : .done
  }

  private static func describe(_ found: FoundSource, _ console: Console) -> InitReport.Database {
    let source = found.source
    let head = Format.padded(SourceKinds.noun(source.type), 11) + " "
    var report = InitReport.Database(name: source.name, origin: found.origin, location: source.label)
    do {
      let outlook = try source.outlook()
      let facts = [outlook.server, Format.bytes(outlook.byteCount)].compactMap { $0 }.joined(separator: ", ")
      show("\(head)\(outlook.label) (\(facts)), from \(found.origin)", console)
      report.limits = outlook.remarks.isEmpty ? nil : outlook.remarks
      for limit in outlook.remarks { console.warning(limit) }
    } catch {
      report.problem = Diagnostic(error).message
      show("\(head)\(source.label), from \(found.origin)", console)
      console.warning("it cannot be used now: \(Diagnostic(error).message)")
    }
    if found.leavesPasswordOut {
      console.warning(
        "the password was not written to \(Settings.fileName); put it into ~/.pgpass or PGPASSWORD")
    }
    return report
  }
}

private struct InitReport: Encodable {
  struct Database: Encodable {
    var name: String
    var origin: String
    var location: String
    var problem: String?
    /// What will not be possible with it.
    var limits: [String]?
  }

  var repository: String
  var store: String
  var settings: String
  var databases: [Database]
  /// Variables that name a server, but not the project's database.
  var notTaken: String?
  /// What has to be put right, as `checkpoint doctor` finds it.
  var wrong: [Checkup.Finding]?
}

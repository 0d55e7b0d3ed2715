// `checkpoint init`: finds the repository and the database, writes `.checkpointconfig`, makes the store.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Postgres

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
    let store = try workspace.openOrCreateStore()
    let file = workspace.worktree.appending(Settings.fileName)
    let isNew = !FileTree.exists(file)
    let databases = try workspace.locateDatabases()
    if isNew {
      try store.files.replaceFile(
        file, with: Array(ConfigurationFile.text(databases, invocation).utf8), mode: 0o644)
    }
    let project = try Project.find(from: workspace.worktree, .all)
    // What was written just now is the user's own word. A file that git has is not.
    let consent = try Workspace(invocation, project).trust
    if isNew && consent.isOfSettingsOnly && !consent.items.isEmpty { try consent.give(store) }
    show("repository  \(workspace.worktree)", console)
    show("store       \(workspace.project.storePath)", console)
    show("settings    \(file)\(isNew ? "" : " (kept as it is)")", console)
    let reached = try describe(databases, workspace)
    if console.isJSON {
      try console.json(
        InitReport(
          repository: "\(workspace.worktree)", store: "\(workspace.project.storePath)", settings: "\(file)",
          databases: reached, notTaken: databases.isEmpty ? workspace.discovery().unnamed : nil))
    }
    if !isNew && invocation.value("--database") != nil {
      console.warning("\(Settings.fileName) exists and was not changed: edit it to use this database")
    }
    if databases.isEmpty { try tellWhyNone(workspace) }
    let hooks = try offerHooks(workspace)
    console.remark("next        checkpoint stage-01-start, or: checkpoint full")
    return reached.allSatisfy { $0.problem == nil } && hooks == .done ? .done : .partly
  }

  /// A line of the report, which `--json` has in its own form.
  private static func show(_ line: String, _ console: Console) { if !console.isJSON { console.result(line) } }

  private static func tellWhyNone(_ workspace: Workspace) throws {
    let (console, discovery) = (workspace.console, workspace.discovery())
    let isLeftOut = workspace.invocation.has("--no-database")
    if !isLeftOut, let variables = discovery.unnamed {
      console.remark(
        "database    none taken: \(variables) say where a server is, and not which database is the project's")
      console.remark(
        "            name it: PGDATABASE=NAME, DATABASE_URL in .env, or: checkpoint init --database URL")
      return
    }
    console.remark("database    none found; set DATABASE_URL in .env, or: checkpoint init --database URL")
    let found = discovery.otherAddresses
    if !isLeftOut, !found.isEmpty {
      console.remark(
        "            \(found.joined(separator: ", ")) may be one: git config checkpoint.database.env NAME")
    }
  }

  /// Installs them where somebody says so.
  private static func offerHooks(_ workspace: Workspace) throws -> ExitCode {
    let console = workspace.console
    let setup = try HookSetup(workspace)
    if workspace.invocation.has("--hooks") {
      return try setup.install(GitHook.usual, isTold: !console.isJSON)
    }
    if try setup.isInstalled { return .done }
    guard console.canAsk, !console.isJSON, !console.isQuiet else {
      console.remark("hooks       none of checkpoint's: checkpoint hooks install")
      return .done
    }
    let question =
      "let git take checkpoints by itself, before commits on the main branch and before releases?"
    return try console.confirm(question, isAnswered: false) ? setup.install(GitHook.usual) : .done
  }

  private static func describe(_ databases: [LocatedDatabase], _ workspace: Workspace) throws -> [InitReport
    .Database]
  {
    let limits = try PostgreSQLSource.Limits(workspace.project.settings)
    return databases.map { located in
      var report = InitReport.Database(
        name: located.name, origin: located.origin, location: "\(located.parameters)")
      do {
        let found = try PostgreSQLSource(located, limits: limits).outlook()
        let facts = [found.server, Format.bytes(found.byteCount)].compactMap { $0 }.joined(separator: ", ")
        show("database    \(found.label) (\(facts)), from \(located.origin)", workspace.console)
        report.limits = found.limits.isEmpty ? nil : found.limits
        for limit in found.limits { workspace.console.warning(limit) }
      } catch {
        report.problem = Diagnostic(error).message
        show("database    \(located.parameters), from \(located.origin)", workspace.console)
        workspace.console.warning("it cannot be used now: \(Diagnostic(error).message)")
      }
      if located.parameters.values["password"] != nil && located.variable == nil {
        workspace.console.warning(
          "the password was not written to \(Settings.fileName); put it into ~/.pgpass or PGPASSWORD")
      }
      return report
    }
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
  /// Variables that say where a server is, and not which database is the project's.
  var notTaken: String?
}

private enum ConfigurationFile {
  static func text(_ databases: [LocatedDatabase], _ invocation: Invocation) -> String {
    SettingTable.all.template(sources: databases.map { section(of: $0, invocation) }.joined())
  }

  private static func section(of database: LocatedDatabase, _ invocation: Invocation) -> String {
    let (variable, address) = (SettingKey.databaseVariable.setting, SettingKey.databaseURL.setting)
    var text = "[\(address.section) \"\(database.name)\"]\n"
    if let name = database.variable {
      text += "\t# \(variable.meaning)\n\t\(variable.name) = \(name)\n"
    } else if !database.parameters.values.isEmpty {
      text += "\t\(address.name) = \(quoted(database.parameters.url))\n"
    } else {
      text += "\t# Host, port, user and name come from PG* variables.\n\t\(address.name) = postgresql:///\n"
    }
    // One from git's own configuration is this user's, and would not be trusted in the committed file.
    if invocation.value("--client-prefix") != nil {
      let words = database.clientPrefix.joined(separator: " ")
      text += "\t\(SettingKey.clientPrefix.setting.name) = \(quoted(words))\n"
    }
    return text
  }

  private static func quoted(_ value: String) -> String {
    "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

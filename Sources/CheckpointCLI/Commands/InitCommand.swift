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
    let project = try Project.find(from: workspace.worktree)
    // What was written just now is the user's own word. A file that git has is not.
    let consent = try Workspace(invocation, project).trust
    if isNew && consent.isOfSettingsOnly && !consent.items.isEmpty { try consent.give(store) }
    console.remark("repository  \(workspace.worktree)")
    console.remark("store       \(workspace.project.storePath)")
    console.remark("settings    \(file)\(isNew ? "" : " (kept as it is)")")
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
        workspace.console.remark("database    \(found.label) (\(facts)), from \(located.origin)")
        report.limits = found.limits.isEmpty ? nil : found.limits
        for limit in found.limits { workspace.console.warning(limit) }
      } catch {
        report.problem = Diagnostic(error).message
        workspace.console.remark("database    \(located.parameters), from \(located.origin)")
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
    var text = """
      # Settings of checkpoint, in git's own format. Personal ones: git config checkpoint.KEY VALUE.
      # Never a password here: it belongs into .env, ~/.pgpass or PGPASSWORD.
      [checkpoint]
      \t# Files that git ignores but the project needs; .env* always belongs to them.
      \t# include = config/local.yml
      \t# Files that no checkpoint records.
      \t# exclude = *.log
      \t# Untracked files may have this size each, and in all; larger ones are named and left out.
      \t# untrackedFileLimit = 50m
      \t# untrackedLimit = 500m
      \t# includeLarge = assets/*.psd
      \t# How long a restore may take; every "checkpoint rehearse" compares.
      \t# rto = 5m
      # What runs around a rollback, in this order, by sh -c in the top of the working tree, after
      # "checkpoint trust"; seconds that each may take, with stopTimeout and so on for one of them.
      # [services]
      # \tstop = COMMAND
      # \tbuild = COMMAND
      # \tstart = COMMAND
      # \tsmoke = COMMAND
      # \ttimeout = 300
      # What tells which processes run, recorded in every checkpoint without its secrets.
      # [state]
      # \tcommand = docker compose ps
      # When git's hooks take checkpoints (checkpoint hooks install), and what happens if there is none.
      # [hooks]
      # \tbranch = main
      # \tfailure = warn
      # \ttimeout = 2
      # Who is told of failures in the background: CHECKPOINT_OPERATION and CHECKPOINT_MESSAGE say what failed.
      # [notify]
      # \tcommand = COMMAND
      # What runs before a stage's "complete" is recorded, after "checkpoint trust"; it decides whether that is
      # stable. junit: the files with its results, if it writes JUnit's XML. runner: whose summary counts, if its
      # output quotes that of others (swift test, jest, vitest, pytest, go test, TAP, JUnit XML).
      # [tests]
      # \tcommand = npm test
      # \ttimeout = 10m
      # \tjunit = build/reports/**/*.xml
      # What "checkpoint restore components NAME" brings back.
      # [component "NAME"]
      # \tpath = DIRECTORY

      """
    for database in databases {
      text += "[database \"\(database.name)\"]\n"
      if let variable = database.variable {
        text +=
          "\t# The variable that holds the URL: in the environment, .env.local or .env.\n\tenv = \(variable)\n"
      } else if !database.parameters.values.isEmpty {
        text += "\turl = \(quoted(database.parameters.url))\n"
      } else {
        text += "\t# Host, port, user and name come from PG* variables.\n\turl = postgresql:///\n"
      }
      // One from git's own configuration is this user's, and would not be trusted in the committed file.
      if invocation.value("--client-prefix") != nil {
        text += "\tclientPrefix = \(quoted(database.clientPrefix.joined(separator: " ")))\n"
      }
    }
    if databases.isEmpty {
      text += "# [database \"main\"]\n# \turl = postgresql://USER@HOST/DATABASE\n"
    }
    return text
  }

  private static func quoted(_ value: String) -> String {
    "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

// `checkpoint restore`: a part of a checkpoint. What it replaces is kept, as with rollback.

import Checkpoints
import ChunkStore
import FileSystem
import Git

extension Command {
  static let restore = Command(
    name: "restore", operands: "database|files|config|components … SELECTOR [PATHSPEC]…",
    operandCount: 2...Int.max,
    summary: "bring back a part: the database, files, configuration or components",
    details: """
      restore database SELECTOR brings the database back and leaves git and files as they are, or the
      part of it that --schema and --table choose; with --target-db it makes a new database and
      touches nothing else. With --data-only the recorded rows go into the tables as they are today,
      whatever a migration made of them: --plan shows what goes where. restore files SELECTOR [PATHSPEC]…
      writes recorded files (all, or those that git's pathspecs mean) and removes none. restore config
      SELECTOR writes the files that git ignores but the project needs. restore components NAME,NAME
      SELECTOR makes the directories of [component "NAME"] sections in .checkpointconfig as they were:
      files in them that came later are removed. HEAD and the index stay. “checkpoint undo” brings
      back what was replaced.
      """,
    options: [
      .flag("--keep-untracked", help: "leave untracked files that came later (components)"),
      .flag("-n", "--dry-run", help: "show what would be done"),
      SharedOptions.yes,
      AddressPlan.option,
    ] + DatabaseRestore.options + SharedOptions.database,
    examples: [
      "checkpoint restore database latest --target-db shop_yesterday",
      "checkpoint restore database pre-migration --data-only --plan",
      "checkpoint restore database latest --schema billing --table 'shop.orders*'",
      "checkpoint restore files stage-02-start src/models ':!*.generated.ts'",
      "checkpoint restore components CustomVideo,GoogleMeet stage-02-start",
    ],
    exitCodes: rollbackCodes
  ) { invocation in
    let part = try RestoredPart(invocation)
    let workspace = try Workspace(invocation)
    return try workspace.alone { store in
      let target = try workspace.select(part.selector, store)
      if case .database = part { return try DatabaseRestore(invocation).run(target, workspace, store) }
      return try carryOut(
        RollbackRequest(
          operation: "restore", target: target, scope: part.scope(of: target, workspace, store),
          keepUntracked: invocation.has("--keep-untracked")), workspace, store)
    }
  }
}

/// What somebody asks to be restored, from the words of the command.
private enum RestoredPart {
  case database(String)
  case files(String, pathspecs: [BytePath])
  case config(String)
  case components([String], String)

  init(_ invocation: Invocation) throws {
    let words = Array(invocation.operands.dropFirst())
    func exactly(_ count: Int, _ usage: String) throws {
      if words.count != count { throw UsageError(description: "usage: checkpoint restore \(usage)") }
    }
    let part = invocation.operands[0]
    switch part {
    case "database":
      try exactly(1, "database SELECTOR")
      self = .database(words[0])
    case "files": self = .files(words[0], pathspecs: words.dropFirst().map { BytePath($0) })
    case "config":
      try exactly(1, "config SELECTOR")
      self = .config(words[0])
    case "components":
      try exactly(2, "components NAME,NAME SELECTOR")
      let names = words[0].commaSeparated
      if names.isEmpty { throw UsageError(description: "no component is named") }
      self = .components(names, words[1])
    default:
      throw UsageError(
        description: "“\(part)” cannot be restored by itself",
        hints: ["database, files, config or components"])
    }
    try Self.check(invocation, isDatabase: part == "database", isComponents: part == "components")
  }

  /// An option that would do nothing is a mistake.
  private static func check(_ invocation: Invocation, isDatabase: Bool, isComponents: Bool) throws {
    if isDatabase { _ = try DatabaseRestore(invocation) } else { try DatabaseRestore.requireNone(invocation) }
    if isDatabase && invocation.has(AddressPlan.optionName) {
      throw UsageError(description: "\(AddressPlan.optionName) is about files, and none are restored")
    }
    if !isComponents && invocation.has("--keep-untracked") {
      throw UsageError(description: "--keep-untracked goes with restore components")
    }
  }

  var selector: String {
    switch self {
    case .database(let selector), .files(let selector, _), .config(let selector),
      .components(_, let selector):
      selector
    }
  }

  func scope(of target: Manifest, _ workspace: Workspace, _ store: Store) throws -> Journal.Scope {
    let kept = try Catalog(store).filesInStore(target)
    let objects = try workspace.objects()
    guard let tree = target.git.stateTree, let worktree = try objects.entry(named: "worktree", in: tree)
    else {
      throw RollbackProblem.nothingToRestore(target.id, "files")
    }
    switch self {
    case .database: return .databases(DatabaseRequest())
    case .config:
      if kept.isEmpty { throw RollbackProblem.nothingToRestore(target.id, "files that git ignores") }
      return .files(kept)
    case .files(_, let pathspecs):
      return .files(
        try Pathspec.files(
          matching: pathspecs, from: FileTree.currentDirectory(), in: worktree.id, and: kept,
          workspace.project.location))
    case .components(let names, _):
      return .directories(
        try names.flatMap { name in
          let paths = try Self.directories(of: name, workspace.project.settings)
          // A component that came later would be removed whole, which nobody means by restoring it.
          for path in paths where try objects.entry(at: path, in: worktree.id) == nil {
            if kept.contains(where: { $0.isInside(path) }) { continue }
            throw RollbackProblem.nothingToRestore(target.id, "\(path), of the component \(name)")
          }
          return paths
        })
    }
  }

  private static func directories(of name: String, _ settings: Settings) throws -> [BytePath] {
    let components = settings.components
    if let paths = components[name] {
      // The top would be the whole project, and what lies outside is not the project's.
      for path in paths where path.isEmpty || path.isAbsolute || path.components.first == ".." {
        throw Settings.Invalid(
          key: SettingKey.componentPath.setting.shown(in: name), value: "\(path)",
          expected: "a directory or file inside the project")
      }
      return paths.map { BytePath.normalized($0) }
    }
    let known = components.keys.sorted().joined(separator: ", ")
    throw UsageError(
      description: "no component is called “\(name)”",
      hints: [
        known.isEmpty
          ? "in \(Settings.fileName): [component \"\(name)\"] with path = DIRECTORY" : "components: \(known)"
      ])
  }
}

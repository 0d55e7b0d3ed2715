// `checkpoint import`: a dump, of ours or of pg_dump, becomes a checkpoint.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension Command {
  static let importing = Command(
    name: "import", operands: [.one("FILE", .file)],
    summary: "make a checkpoint of a dump: what export or pg_dump wrote",
    details: """
      FILE is a script (plain, gzip or zstd), one of pg_dump's archives (custom, directory, tar), or the
      tar.gz that export writes; its contents say which. It is restored into a database of its own beside
      the project's, recorded from there, and dropped: the project's database is not touched. A role is
      made for it that has no rights beyond that database; owners, privileges and extensions that the file
      names are set afterwards. If your own role may not make roles, or the server does not let the new one
      in, the file can do whatever your role may, and you are asked first. It is an error if anything else
      on the server has changed afterwards. Functions and triggers of the file run with your rights if you
      roll back to the checkpoint; until then, none of them run. From a tar.gz the project's files come in,
      too: on the commit that they were recorded at if the repository has it, else on the present one.
      """,
    options: [
      .value("--name", as: "NAME", help: "the checkpoint's name (default: imported)"),
      .value("-m", "--message", as: "TEXT", help: "why it is taken"),
      .flag("--no-owner", help: "everything belongs to you, whoever owned it"),
      .flag("--no-privileges", help: "leave privileges out"),
      .flag("--trusted-source", help: "run the file with your own rights, because you know who wrote it"),
      .value(
        "--source", as: "NAME", help: "the database whose contents they are, if the project has several"),
      .value("--database", as: "URL", help: "the project's database, instead of the configured or found one"),
      .value(
        "--client-prefix", as: "WORDS", help: "runs pg_dump and pg_restore, such as “docker exec -i db”"),
    ],
    examples: [
      "checkpoint import shop.dump --name from-production --no-owner",
      "checkpoint import backup.sql.gz -m \"the backup of last night\"",
    ],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked]
  ) { invocation in
    let path = BytePath(invocation.operands[0])
    let name = try CheckpointName(invocation.value("--name") ?? "imported")
    let workspace = try Workspace(invocation)
    let file = try DumpFile(path)
    let store = try workspace.openOrCreateStore()
    let lock = try store.lock(.shared, waiting: 10)
    defer { withExtendedLifetime(lock) {} }
    try JournalFile(store).requireNone()
    let session = try ChunkSession(store)
    defer { session.abort() }
    let project = try file.kind == .project ? workspace.project(in: file, session) : nil
    var request = CaptureRequest(name: name, kind: .custom)
    request.message = invocation.value("--message") ?? "imported from \(path)"
    let hasWorktree = project?.hasWorktree == true
    request.contents = hasWorktree ? project : nil
    request.leavesWorktreeOut = !hasWorktree
    request.untrustedFile = invocation.has("--trusted-source") ? nil : path
    // It holds what the file holds, whatever the project has.
    request.leavesDatabasesOut = true
    let created = try workspace.logged(LoggedOperation(.import), store) {
      let created = try workspace.imported(file, project, request, store)
      return (created, created.manifest.id.description, created.manifest.sizes.bytesStored)
    }
    let console = workspace.console
    let imported = created.manifest.sources.map(\.name)
    if let project, project.scripts.count > 1 {
      for name in project.databases where !imported.contains(name) {
        console.warning("not imported: the database \(name) of the exported checkpoint")
      }
    }
    if console.isJSON {
      try console.json(CheckpointView(created.manifest, notes: Notes()))
    } else {
      for line in CheckpointText.summary(created.manifest) { console.remark(line) }
      console.result(created.manifest.id.description)
    }
    return .done
  }
}

extension Workspace {
  fileprivate func project(in file: DumpFile, _ session: ChunkSession) throws -> ImportedProject {
    let patterns = project.includedPatterns
    return try ImportedProject(file, session) { path, permissions in
      permissions & 0o077 == 0 || patterns.contains { $0.matches(path) }
    }
  }

  fileprivate func imported(
    _ file: DumpFile, _ project: ImportedProject?, _ request: CaptureRequest, _ store: Store
  ) throws -> CreatedCheckpoint {
    func create(_ sources: [any DataSource]) throws -> CreatedCheckpoint {
      try creator(store, sources).create(request)
    }
    if project?.scripts.isEmpty == true { return try create([]) }
    var options = ImportOptions()
    let source = try importedSource()
    if let project {
      guard let script = project.script(of: source.name) else {
        throw UsageError(
          description: "the file holds several databases, and none of them is called “\(source.name)”",
          hints: ["it holds: \(project.databases.joined(separator: ", "))"])
      }
      options.script = script
    }
    options.leavesOwnersOut = invocation.has("--no-owner")
    options.leavesPrivilegesOut = invocation.has("--no-privileges")
    options.isTrusted = invocation.has("--trusted-source")
    let console = console
    options.asksForTrust = { reason, rights in
      let problem = ImportProblem.needsTrust(reason: reason, rights: rights)
      if !console.canAsk { throw problem }
      return try console.confirm("\(problem); go on?", isAnswered: false)
    }
    return try DatabaseImport(
      source, options, store: store, progress: progress, note: { console.warning($0) }
    ).run(file) { try create([$0]) }
  }

  /// The database whose contents a dump is taken for.
  fileprivate func importedSource() throws -> PostgreSQLSource {
    let found = try sources().compactMap { $0 as? PostgreSQLSource }
    let names = found.map(\.name).joined(separator: ", ")
    if let name = invocation.value("--source") {
      guard let source = found.first(where: { $0.name == name }) else {
        throw UsageError(
          description: "the project has no database called “\(name)”",
          hints: names.isEmpty ? [] : ["it has: \(names)"])
      }
      return source
    }
    guard let source = found.first else {
      throw UsageError(
        description: "there is no database to import into",
        hints: ["set DATABASE_URL, or give --database URL: a database is made beside that one"])
    }
    if found.count > 1 {
      throw UsageError(
        description: "the project has several databases", hints: ["--source with one of: \(names)"])
    }
    return source
  }
}

// `checkpoint export`: a checkpoint's database, or all of it, in the formats of stock tools.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting

extension Command {
  static let export = Command(
    name: "export", operands: [.one("SELECTOR", .checkpoint)],
    summary: "write a checkpoint as a file that psql, pg_restore or tar take",
    details: """
      sql.gz is a script for psql; with --data-only it has rows as column inserts. dump and dir are
      pg_dump's own custom and directory formats. csv is a directory with a file for each table. tar.gz
      has the database as a script, the project's files as git stores them, its configuration, and
      what git says of them, with checksums of all (verification/). The files that git must not hold, such as
      .env, are inside, in config/: keep the archive as you keep them. Everything comes from the store: no server is needed. Foreign keys to tables outside of a chosen
      part are left out and named.
      """,
    options: [
      .value(
        "--format", as: "FORMAT", .words(["sql.gz", "dump", "tar.gz", "dir", "csv"]),
        help: "sql.gz, dump, tar.gz, dir or csv"),
      .value(
        "-o", "--output", as: "PATH", .file,
        help:
          "where to; by default the id with the format in this directory; - is standard output (sql.gz, dump)"
      ),
      .flag("--force", help: "replace what has that name"),
      .value(
        "--schema", as: "NAME", repeatable: true,
        help: "only this schema, also as a pattern such as 'shop_*'"),
      .value(
        "--table", as: "NAME", repeatable: true,
        help: "only this table, with its indexes, constraints and sequences; SCHEMA.NAME or in every schema"),
      .flag("--data-only", help: "rows without definitions"),
      .flag("--schema-only", help: "definitions without rows"),
      .value("--source", as: "NAME", help: "which database, if the checkpoint has several"),
      .value("--client-prefix", as: "WORDS", help: "runs pg_restore, such as “docker exec -i db”"),
    ],
    examples: [
      "checkpoint export latest --format sql.gz",
      "checkpoint export before-upgrade --format dump --schema shop -o shop.dump",
      "checkpoint export latest --format csv --table shop.orders --output orders",
    ], exitCodes: [.done, .failed, .usage, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let request = try ExportRequest(invocation)
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let lock = try store.lock(.shared, waiting: 10, isForReading: true)
    defer { withExtendedLifetime(lock) {} }
    let target = try workspace.select(invocation.operands[0], store)
    let start = MonotonicTime.now
    let databases = try request.databases(of: target, store).map { record in
      let export = try DatabaseExport(
        record, request.part, prefix: request.prefix,
        fallback: { try workspace.clientPrefix(of: record.name) }, store: store, progress: workspace.progress)
      return (name: record.name, export: export)
    }
    let leftOut = databases.flatMap(\.export.leftOut)
    for line in leftOut { workspace.console.warning("left out: \(line)") }
    let path = request.path(for: target)
    try workspace.logged(LoggedOperation(.export), store) {
      try write(databases, of: target, request, to: path, workspace, store)
      return ((), target.id.description, nil)
    }
    try ExportReport(
      path: path, format: request.format, tables: databases.reduce(0) { $0 + $1.export.tableCount },
      rows: databases.reduce(0) { $0 + $1.export.rowCount },
      bytes: path.map { try ExportReport.byteCount($0) }, seconds: MonotonicTime.now - start,
      leftOut: leftOut,
      keptFiles: request.format == .tar ? target.keptFiles?.counts[SourceRecord.typeOfKeptFiles] : nil
    ).show(workspace.console)
    return .done
  }

  private static func write(
    _ databases: [(name: String, export: DatabaseExport)], of target: Manifest, _ request: ExportRequest,
    to path: BytePath?, _ workspace: Workspace, _ store: Store
  ) throws {
    let isReplacing = workspace.invocation.has("--force")
    if request.format == .tar, let path {
      let project = try ProjectRecord(target, workspace.project)
      try ProjectExport(target, project, databases: databases, store: store).write(
        to: path, replacing: isReplacing)
    } else if let database = databases.first {
      try database.export.write(request.format, to: path, replacing: isReplacing)
    }
  }
}

extension Workspace {
  /// The configured words that run PostgreSQL's programs elsewhere.
  fileprivate func clientPrefix(of database: String) throws -> [String] {
    try discovery().prefix(database, nil)
  }
}

/// What somebody asks to be exported, from the words of the command.
private struct ExportRequest {
  let format: ExportFormat
  let part: DatabasePart
  private let output: String?
  private let source: String?
  let prefix: [String]

  init(_ invocation: Invocation) throws {
    let known = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
    guard let name = invocation.value("--format") else {
      throw UsageError(description: "the format is missing", hints: ["--format: \(known)"])
    }
    guard let format = ExportFormat(rawValue: name) else {
      throw UsageError(description: "the format “\(name)” is unknown", hints: ["formats: \(known)"])
    }
    self.format = format
    (output, source) = (invocation.value("--output"), invocation.value("--source"))
    prefix = (invocation.value("--client-prefix") ?? "").split(separator: " ").map(String.init)
    if invocation.has("--data-only") && invocation.has("--schema-only") {
      throw UsageError(description: "--data-only and --schema-only exclude each other")
    }
    if format == .csv && invocation.has("--schema-only") {
      throw UsageError(description: "csv has no definitions", hints: ["--format sql.gz --schema-only"])
    }
    if output == "-" && !format.canStream {
      throw UsageError(description: "\(name) cannot go to standard output", hints: ["--output PATH"])
    }
    if output == "-" && invocation.console.isJSON {
      throw UsageError(description: "with --json, the export cannot go to standard output, too")
    }
    let hasData = invocation.has("--data-only") || format == .csv
    part = DatabasePart(
      schemas: invocation.values["--schema"] ?? [], tables: invocation.values["--table"] ?? [],
      contents: invocation.has("--schema-only") ? .schema : hasData ? .data : .everything)
  }

  /// nil for standard output.
  func path(for target: Manifest) -> BytePath? {
    if output == "-" { return nil }
    return output.map { BytePath($0) } ?? BytePath("\(target.id).\(format.rawValue)")
  }

  /// One; of a whole checkpoint all that it has.
  func databases(of target: Manifest, _ store: Store) throws -> [SourceRecord] {
    let records = try Catalog(store).sources(of: target).filter { $0.type == PostgreSQLSource.typeName }
    let names = records.map(\.name).joined(separator: ", ")
    if let source {
      guard let record = records.first(where: { $0.name == source }) else {
        throw UsageError(
          description: "\(target.id) has no database called “\(source)”",
          hints: names.isEmpty ? [] : ["it has: \(names)"])
      }
      return [record]
    }
    if format == .tar {
      if part != DatabasePart() && records.isEmpty {
        throw RollbackProblem.nothingToRestore(target.id, "database")
      }
      return records
    }
    guard let record = records.first else { throw RollbackProblem.nothingToRestore(target.id, "database") }
    if records.count > 1 {
      throw UsageError(
        description: "\(target.id) has several databases", hints: ["--source with one of: \(names)"])
    }
    return [record]
  }
}

/// What was written, in words and as JSON.
private struct ExportReport {
  struct View: Encodable {
    var path: BytePath
    var format: String
    var tables: Int
    var rows: Int
    var bytes: Int
    var seconds: Double
    var leftOut: [String]
    var keptFiles: Int?
  }

  let path: BytePath?
  let format: ExportFormat
  let tables: Int
  let rows: Int
  let bytes: Int?
  let seconds: Double
  let leftOut: [String]
  /// Files in it that git must not hold.
  let keptFiles: Int?

  func show(_ console: Console) throws {
    // What went to standard output has no place for remarks.
    guard let path, let bytes else { return }
    if console.isJSON {
      return try console.json(
        View(
          path: path, format: format.rawValue, tables: tables, rows: rows, bytes: bytes, seconds: seconds,
          leftOut: leftOut, keptFiles: keptFiles))
    }
    console.remark(
      "\(Format.plural(tables, "table")), \(Format.plural(rows, "row")), \(Format.bytes(bytes)) in \(Format.seconds(seconds))"
    )
    if let keptFiles, keptFiles > 0 {
      let (files, verb) = (Format.plural(keptFiles, "file"), keptFiles == 1 ? "is" : "are")
      console.remark(
        "\(files) that git must not hold \(verb) inside, in \(ProjectExport.keptDirectory)/: keep it as you keep them"
      )
    }
    console.result("\(path)")
  }

  static func byteCount(_ path: BytePath) throws -> Int {
    guard let status = try FileTree.status(path) else { return 0 }
    guard status.kind == .directory else { return status.byteCount }
    return try FileTree.list(path).reduce(0) { try $0 + byteCount(path.appending($1)) }
  }
}

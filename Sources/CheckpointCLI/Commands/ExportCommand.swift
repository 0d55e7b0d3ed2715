// `checkpoint export`: a checkpoint's database, or all of it, in the formats of stock tools.

import Checkpoints
import DataSources
import FileSystem
import Formatting
import Operations

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
    let words = try ExportWords(invocation)
    let workspace = try Workspace(invocation)
    let outcome = try workspace.session.export(
      words.export, to: words.path, hear: { workspace.console.warning("left out: \($0)") })
    try ExportReport(outcome, words.export.format).show(workspace.console)
    return .done
  }
}

/// What the user asks to be exported, from the words of the command.
private struct ExportWords {
  private(set) var export: CheckpointExport
  private let output: String?

  init(_ invocation: Invocation) throws {
    let known = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
    guard let name = invocation.value("--format") else {
      throw UsageError(description: "the format is missing", hints: ["--format: \(known)"])
    }
    guard let format = ExportFormat(rawValue: name) else {
      throw UsageError(description: "the format “\(name)” is unknown", hints: ["formats: \(known)"])
    }
    output = invocation.value("--output")
    export = CheckpointExport(invocation.operands[0], format)
    export.source = invocation.value("--source")
    export.isReplacing = invocation.has("--force")
    export.request.clientPrefix =
      (invocation.value("--client-prefix") ?? "").split(separator: " ").map(String.init)
    try Self.check(invocation, format, output)
    let hasData = invocation.has("--data-only") || format == .csv
    var wanted = DatabaseRequest()
    wanted.part = DatabasePart(
      schemas: invocation.values["--schema"] ?? [], tables: invocation.values["--table"] ?? [],
      contents: invocation.has("--schema-only") ? .schema : hasData ? .data : .everything)
    export.isPart = wanted.part != DatabasePart()
    export.request.part = try wanted.asked.options
  }

  private static func check(_ invocation: Invocation, _ format: ExportFormat, _ output: String?) throws {
    if invocation.has("--data-only") && invocation.has("--schema-only") {
      throw UsageError(description: "--data-only and --schema-only exclude each other")
    }
    if format == .csv && invocation.has("--schema-only") {
      throw UsageError(description: "csv has no definitions", hints: ["--format sql.gz --schema-only"])
    }
    if output == "-" && !format.canStream {
      throw UsageError(
        description: "\(format.rawValue) cannot go to standard output", hints: ["--output PATH"])
    }
    if output == "-" && invocation.console.isJSON {
      throw UsageError(description: "with --json, the export cannot go to standard output, too")
    }
  }

  /// nil for standard output.
  func path(for target: CheckpointID) -> BytePath? {
    if output == "-" { return nil }
    return output.map { BytePath($0) } ?? BytePath("\(target).\(export.format.rawValue)")
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

  private let outcome: ExportOutcome
  private let format: ExportFormat

  init(_ outcome: ExportOutcome, _ format: ExportFormat) {
    self.outcome = outcome
    self.format = format
  }

  func show(_ console: Console) throws {
    // After an export to standard output there is no file to report.
    guard let path = outcome.path else { return }
    let bytes = try Self.byteCount(path)
    let (tables, rows, seconds) = (outcome.tableCount, outcome.rowCount, outcome.seconds)
    if console.isJSON {
      return try console.json(
        View(
          path: path, format: format.rawValue, tables: tables, rows: rows, bytes: bytes, seconds: seconds,
          leftOut: outcome.leftOut, keptFiles: outcome.keptFileCount))
    }
    console.remark(
      "\(Format.plural(tables, "table")), \(Format.plural(rows, "row")), \(Format.bytes(bytes)) in \(Format.seconds(seconds))"
    )
    if let keptFiles = outcome.keptFileCount, keptFiles > 0 {
      let (files, verb) = (Format.plural(keptFiles, "file"), keptFiles == 1 ? "is" : "are")
      console.remark(
        "\(files) that git must not hold \(verb) inside, in \(ProjectExport.keptDirectory)/: keep it as you keep them"
      )
    }
    console.result("\(path)")
  }

  private static func byteCount(_ path: BytePath) throws -> Int {
    guard let status = try FileTree.status(path) else { return 0 }
    guard status.kind == .directory else { return status.byteCount }
    return try FileTree.list(path).reduce(0) { try $0 + byteCount(path.appending($1)) }
  }
}

// Passes a recorded archive to pg_restore: as a file if the program runs here, so that it can work in parallel, and through
// its standard input if it runs elsewhere.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Postgres

final class ArchiveRestore: Sendable {
  private let programs: ClientPrograms
  private let store: Store
  private let list: ChunkList
  private let limits: PostgreSQLSource.Limits
  private let file: BytePath?
  private let edits: ArchiveEdits
  private let request: DatabaseRequest
  /// Owns the file, which is removed when the process ends, or by the next writer if it was killed.
  private let session: ChunkSession

  /// - Parameter request: whether owners and privileges are left out.
  init(
    _ document: DatabaseDocument, _ edits: ArchiveEdits, _ request: DatabaseRequest, programs: ClientPrograms,
    limits: PostgreSQLSource.Limits, store: Store
  ) throws {
    (self.programs, self.store, self.limits) = (programs, store, limits)
    (self.edits, self.request) = (edits, request)
    let reader = ChunkReader(store)
    guard let archive = document.archive else { throw DatabaseProblem.documentMissing }
    list = try StreamLists(document.list, reader).list(of: archive)
    session = try ChunkSession(store)
    if programs.isRemote {
      file = nil
      return
    }
    let path = session.temporaryPath("archive")
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    file = path
    let pieces = try pieces(edits)
    while case let piece = try pieces(), !piece.isEmpty { try store.files.write(piece, to: output) }
  }

  /// The archive's bytes, piece by piece. pg_restore finds data by its number, since an archive that was written to a pipe
  /// has no offsets.
  /// - Parameter isWithData: whether the data after the table of contents is included.
  private func pieces(_ edits: ArchiveEdits, isWithData: Bool = true) throws -> () throws -> [UInt8] {
    let input = ArchiveInput(list, ChunkReader(store))
    var contents = try ArchiveContents.read(input)
    edits.apply(to: &contents)
    contents.attachInTurn()
    var head = contents.encoded
    return {
      defer { head = [] }
      return head.isEmpty ? isWithData ? try input.rest() : [] : head
    }
  }

  deinit { session.end() }

  /// The last five may be set for a role, and pg_restore does not reset them.
  private static let settings = [
    "maintenance_work_mem=256MB", "synchronous_commit=off", "default_transaction_read_only=off",
    #"default_transaction_isolation=read\ committed"#, "default_transaction_deferrable=off", "array_nulls=on",
    "quote_all_identifiers=off",
  ]

  /// Restores sections into a database, and continues after entries that fail.
  /// - Parameter entries: only these; nil for all.
  func restore(
    _ sections: [String], entries: Set<Int>? = nil, into parameters: ConnectionParameters, jobs: Int
  ) throws -> RestoreFailures {
    let (reach, environment) = programs.reach(parameters)
    var arguments = sections + (file == nil ? [] : ["--jobs=\(jobs)"]) + reach
    if file != nil, let entries { arguments.append("--use-list=\(try writeList(entries))") }
    var process = command(arguments)
    process.additions = environment
    process.additions["PGCONNECT_TIMEOUT"] = "\(Int(limits.connect.rounded(.up)))"
    // pg_restore would use its own application name if the connection string had none; ours identifies the operation.
    process.additions["PGAPPNAME"] = parameters.values["application_name"]
    // The database is not in use yet: it may use much memory for its indexes, and statements need not be flushed, because
    // everything is flushed before the swap.
    process.additions["PGOPTIONS"] = Self.settings.map { "-c \($0)" }.joined(separator: " ")
    // Its messages are parsed.
    process.additions["LC_ALL"] = "C"
    // With several jobs, some may already have begun when one is refused a connection, so that is not repeated.
    if jobs > 1 { return try run(process, entries) }
    return try ConnectionSupply.awaitingRoom { try run(process, entries) }
  }

  private func run(_ process: Subprocess, _ entries: Set<Int>?) throws -> RestoreFailures {
    var edits = edits
    if let entries { edits.only = edits.only?.intersection(entries) ?? entries }
    var failures = RestoreFailures()
    let input = try file == nil ? pieces(edits) : { [] }
    do {
      try process.run(
        feed: input, consume: { _ in }, errors: { failures.read($0) },
        isAccepted: { code in code == 0 || code == 1 && failures.areAllNamed })
    } catch var error as SubprocessError {
      if !failures.complaints.isEmpty { error.message = failures.complaints.joined(separator: "\n") }
      throw error
    }
    return failures
  }

  /// Writes a list of entries, in the archive's order, as `--use-list` takes it.
  private func writeList(_ entries: Set<Int>) throws -> BytePath {
    let path = session.temporaryPath("list")
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    var contents = try self.contents
    edits.apply(to: &contents)
    let lines = contents.entries.filter { entries.contains($0.dumpID) }.map { "\($0.dumpID);\n" }
    try store.files.write(Array(lines.joined().utf8), to: output)
    return path
  }

  /// The table of contents as it was recorded.
  var contents: ArchiveContents {
    get throws { try ArchiveContents.read(ArchiveInput(list, ChunkReader(store))) }
  }

  /// The script for some entries of a section, in memory.
  /// - Parameter other: changes to the table of contents that replace ours.
  func script(_ section: String, _ other: ArchiveEdits) throws -> [UInt8] {
    var script: [UInt8] = []
    var words = programs.restoreCommand + ["--format=custom", "--section=\(section)", "--file=-"]
    if request.leavesOwnersOut { words.append("--no-owner") }
    if request.leavesPrivilegesOut { words.append("--no-privileges") }
    try Subprocess(words.map { BytePath($0) }, label: "pg_restore").run(
      feed: pieces(other, isWithData: false), consume: { script += $0 })
    return script
  }

  /// The changes to the table of contents.
  var changes: ArchiveEdits { edits }

  /// Writes a section as a script for psql, into a file because it can be large.
  func writeScript(_ section: String) throws -> BytePath {
    let path = session.temporaryPath(section)
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    try run(command(["--section=\(section)", "--file=-"])) { try store.files.write($0, to: output) }
    return path
  }

  private func command(_ arguments: [String]) -> Subprocess {
    var words = programs.restoreCommand + ["--format=custom"] + arguments
    if !arguments.contains("--file=-") { words += ["--no-password", "--verbose"] }
    if request.leavesOwnersOut { words.append("--no-owner") }
    if request.leavesPrivilegesOut { words.append("--no-privileges") }
    if let file { return Subprocess(words.map { BytePath($0) } + [file], label: "pg_restore") }
    return Subprocess(words.map { BytePath($0) }, label: "pg_restore")
  }

  private func run(_ process: Subprocess, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
    let pieces = try file == nil ? pieces(edits) : { [] }
    try process.run(feed: pieces, consume: consume)
  }
}

// The archive that pg_dump wrote, given back to pg_restore: from a file where the program runs here, so
// that it can work in parallel, and through its standard input where it runs elsewhere.

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
  /// Holds the file: it vanishes with us, or is removed by the next writer when we are killed.
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

  /// The archive's bytes, piece by piece. Data is found by its number, since an archive that went through a pipe has no
  /// offsets.
  /// - Parameter isWithData: whether what follows the table of contents is given, too.
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

  deinit { session.abort() }

  /// The last five are those that a role can have set otherwise and that pg_restore leaves as they are.
  private static let settings = [
    "maintenance_work_mem=256MB", "synchronous_commit=off", "default_transaction_read_only=off",
    #"default_transaction_isolation=read\ committed"#, "default_transaction_deferrable=off", "array_nulls=on",
    "quote_all_identifiers=off",
  ]

  /// Restores sections into a database, and goes on after entries that fail.
  /// - Parameter entries: only these; nil for all.
  func restore(
    _ sections: [String], entries: Set<Int>? = nil, into parameters: ConnectionParameters, jobs: Int
  ) throws -> RestoreFailures {
    let (reach, environment) = programs.reach(parameters)
    var arguments = sections + (file == nil ? [] : ["--jobs=\(jobs)"]) + reach
    if file != nil, let entries { arguments.append("--use-list=\(try writeList(entries))") }
    var process = command(arguments)
    process.additions = environment
    process.additions["PGCONNECT_TIMEOUT"] = "\(limits.connect)"
    // pg_restore takes its own name where the connection string has none; ours tells whose it is.
    process.additions["PGAPPNAME"] = parameters.values["application_name"]
    // The database is not in use yet: it may take memory for its indexes, and needs no flush for every
    // statement, because the swap that puts it to use flushes everything before it.
    process.additions["PGOPTIONS"] = Self.settings.map { "-c \($0)" }.joined(separator: " ")
    // Its messages are read.
    process.additions["LC_ALL"] = "C"
    // Several of them may have begun already when one of them is refused.
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
        isAccepted: { code in code == 0 || code == 1 && failures.isTold })
    } catch var error as SubprocessError {
      if !failures.complaints.isEmpty { error.message = failures.complaints.joined(separator: "\n") }
      throw error
    }
    return failures
  }

  /// A list of entries, in the archive's order, as `--use-list` takes it.
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

  /// The script of some entries of a section, in memory.
  /// - Parameter other: what is changed of the table of contents instead.
  func script(_ section: String, _ other: ArchiveEdits) throws -> [UInt8] {
    var script: [UInt8] = []
    var words = programs.restoreCommand + ["--format=custom", "--section=\(section)", "--file=-"]
    if request.leavesOwnersOut { words.append("--no-owner") }
    if request.leavesPrivilegesOut { words.append("--no-privileges") }
    try Subprocess(words.map { BytePath($0) }, label: "pg_restore").run(
      feed: pieces(other, isWithData: false), consume: { script += $0 })
    return script
  }

  /// What is changed of the table of contents.
  var changes: ArchiveEdits { edits }

  /// Writes a section as a script for psql. It can be large, so it goes through a file.
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

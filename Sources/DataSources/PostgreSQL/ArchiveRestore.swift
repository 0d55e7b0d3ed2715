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
  /// The entries that are restored; nil for all.
  private let chosen: Set<Int>?
  private let request: DatabaseRequest
  /// Holds the file: it vanishes with us, or is removed by the next writer when we are killed.
  private let session: ChunkSession

  /// - Parameters:
  ///   - chosen: the entries to restore, by their numbers; nil for all.
  ///   - request: whether owners and privileges are left out.
  init(
    _ document: DatabaseDocument, only chosen: Set<Int>? = nil, _ request: DatabaseRequest,
    programs: ClientPrograms, limits: PostgreSQLSource.Limits, store: Store
  ) throws {
    (self.programs, self.store, self.limits) = (programs, store, limits)
    (self.chosen, self.request) = (chosen, request)
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
    let pieces = try Self.pieces(of: list, only: chosen, store)
    while case let piece = try pieces(), !piece.isEmpty { try store.files.write(piece, to: output) }
  }

  /// The archive's bytes, piece by piece. What is not in its table of contents is not looked at, so entries are left out
  /// by leaving them out there; data is found by its number, since an archive that went through a pipe has no offsets.
  private static func pieces(
    of list: ChunkList, only chosen: Set<Int>?, _ store: Store
  ) throws -> () throws -> [UInt8] {
    let input = ArchiveInput(list, ChunkReader(store))
    guard let chosen else { return { try input.rest() } }
    var contents = try ArchiveContents.read(input)
    contents.entries.removeAll { !chosen.contains($0.dumpID) }
    var head = contents.encoded
    return {
      defer { head = [] }
      return head.isEmpty ? try input.rest() : head
    }
  }

  deinit { session.abort() }

  /// The last five are those that a role can have set otherwise and that pg_restore leaves as they are.
  private static let settings = [
    "maintenance_work_mem=256MB", "synchronous_commit=off", "default_transaction_read_only=off",
    #"default_transaction_isolation=read\ committed"#, "default_transaction_deferrable=off", "array_nulls=on",
    "quote_all_identifiers=off",
  ]

  /// Restores sections into a database.
  func restore(_ sections: [String], into parameters: ConnectionParameters, jobs: Int) throws {
    let (reach, environment) = programs.reach(parameters)
    var process = command(sections + (file == nil ? [] : ["--jobs=\(jobs)"]) + reach)
    process.additions = environment
    process.additions["PGCONNECT_TIMEOUT"] = "\(limits.connect)"
    // pg_restore takes its own name where the connection string has none; ours tells whose it is.
    process.additions["PGAPPNAME"] = parameters.values["application_name"]
    // The database is not in use yet: it may take memory for its indexes, and needs no flush for every
    // statement, because the swap that puts it to use flushes everything before it.
    process.additions["PGOPTIONS"] = Self.settings.map { "-c \($0)" }.joined(separator: " ")
    try run(process) { _ in }
  }

  /// Writes a section as a script for psql. It can be large, so it goes through a file.
  func writeScript(_ section: String) throws -> BytePath {
    let path = session.temporaryPath(section)
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    try run(command(["--section=\(section)", "--file=-"])) { try store.files.write($0, to: output) }
    return path
  }

  private func command(_ arguments: [String]) -> Subprocess {
    var words = programs.restoreCommand + ["--format=custom"] + arguments
    if !arguments.contains("--file=-") { words += ["--exit-on-error", "--no-password"] }
    if request.leavesOwnersOut { words.append("--no-owner") }
    if request.leavesPrivilegesOut { words.append("--no-privileges") }
    if let file { return Subprocess(words.map { BytePath($0) } + [file], label: "pg_restore") }
    return Subprocess(words.map { BytePath($0) }, label: "pg_restore")
  }

  private func run(_ process: Subprocess, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
    let pieces = try file == nil ? Self.pieces(of: list, only: chosen, store) : { [] }
    try process.run(feed: pieces, consume: consume)
  }
}

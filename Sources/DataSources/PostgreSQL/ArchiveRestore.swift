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
  /// Holds the file: it vanishes with us, or is removed by the next writer when we are killed.
  private let session: ChunkSession

  init(
    _ document: DatabaseDocument, programs: ClientPrograms, limits: PostgreSQLSource.Limits, store: Store
  ) throws {
    (self.programs, self.store, self.limits) = (programs, store, limits)
    let reader = ChunkReader(store)
    guard let archive = document.archive else { throw DatabaseProblem.documentMissing }
    list = try reader.list(archive.list)
    session = try ChunkSession(store)
    if programs.isRemote {
      file = nil
      return
    }
    let path = session.temporaryPath("archive")
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    file = path
    for chunk in list.chunks { try reader.withChunk(chunk.id) { try store.files.write($0, to: output) } }
  }

  deinit { session.abort() }

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
    process.additions["PGOPTIONS"] = "-c maintenance_work_mem=256MB -c synchronous_commit=off"
    try run(process) { _ in }
  }

  /// A section as a script for psql. It can be large, so it goes through a file.
  func script(_ section: String) throws -> LineReader {
    let path = session.temporaryPath(section)
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    try run(command(["--section=\(section)", "--file=-"])) { try store.files.write($0, to: output) }
    return LineReader(try OpenFile.open(path, flags: O_RDONLY))
  }

  private func command(_ arguments: [String]) -> Subprocess {
    var words = programs.restoreCommand + ["--format=custom"] + arguments
    if !arguments.contains("--file=-") { words += ["--exit-on-error", "--no-password"] }
    if let file { return Subprocess(words.map { BytePath($0) } + [file], label: "pg_restore") }
    return Subprocess(words.map { BytePath($0) }, label: "pg_restore")
  }

  private func run(_ process: Subprocess, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
    let reader = ChunkReader(store)
    var rest = file == nil ? list.chunks[...] : []
    try process.run(feed: { try rest.popFirst().map { try reader.bytes(of: $0.id) } ?? [] }, consume: consume)
  }
}

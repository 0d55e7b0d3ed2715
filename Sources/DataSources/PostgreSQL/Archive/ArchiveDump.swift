// Dumps everything but the rows of our tables (schema, sequences, large objects, data of extensions) with pg_dump, in its
// custom format. pg_dump decides what belongs to a database.

import ChunkStore
import FileSystem
import Postgres

struct ArchiveDump: Sendable {
  /// The first bytes of every archive in pg_dump's custom format.
  private static let magic = Array("PGDMP".utf8)

  struct NotAnArchive: Error, CustomStringConvertible {
    var description: String { "pg_dump ended well but wrote no archive" }
  }

  /// What the archive contains, by exact names.
  struct Scope: Sendable {
    /// Empty for all schemas.
    var schemas: [String]
    /// Tables whose rows are left out, each by its name: a wildcard would also match sequences and tables of extensions.
    var withoutRows: [TableName]
    var excluded: [TableName]

    var options: [String] {
      schemas.map { "--schema=\($0.asIdentifier)" }
        + DumpPattern.matching(withoutRows).map { "--exclude-table-data=\($0)" }
        + DumpPattern.matching(excluded).map { "--exclude-table=\($0)" }
    }
  }

  let programs: ClientPrograms
  let parameters: ConnectionParameters
  let limits: PostgreSQLSource.Limits
  /// nil for a database that no other session uses.
  let snapshotID: String?
  /// The database's own encoding. It is passed explicitly, because the environment could ask for another one.
  let encoding: String
  let scope: Scope

  /// The archive is not compressed, so that equal parts of two archives are equal bytes.
  private var process: Subprocess {
    let (reach, environment) = programs.reach(parameters)
    let words =
      programs.dumpCommand + [
        "--format=custom", "--compress=0", "--no-password", "--lock-wait-timeout=\(limits.lock)s",
        "--encoding=\(encoding)",
      ] + (snapshotID.map { ["--snapshot=\($0)"] } ?? [])
    // pg_dump compares patterns in that encoding.
    let encoded = DatabaseEncoding(encoding)
    let options = scope.options.map { BytePath(encoded.bytes($0)) }
    var process = Subprocess(
      words.map { BytePath($0) } + options + reach.map { BytePath($0) }, label: "pg_dump")
    process.additions = environment
    process.additions["PGCONNECT_TIMEOUT"] = "\(Int(limits.connect.rounded(.up)))"
    return process
  }

  /// Gives the archive piece by piece.
  func run(_ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
    try process.run(feed: { [] }, consume: consume)
  }

  /// Writes the archive's chunks into the store.
  func run(into session: ChunkSession) throws -> ChunkList {
    let encoder = ChunkEncoder()
    var list = ChunkList()
    var start: [UInt8] = []
    let chunker = ByteChunker { bytes in
      if list.chunks.isEmpty { start = Array(bytes.prefix(Self.magic.count)) }
      list.chunks.append(ChunkReference(id: try session.write(bytes, with: encoder), byteCount: bytes.count))
    }
    try run { try chunker.append($0) }
    try chunker.finish()
    guard start == Self.magic else { throw NotAnArchive() }
    return list
  }
}

// What the catalogs have at the moment of a snapshot, besides tables and their rows.

import Checkpoints
import ChunkStore
import Postgres

struct SnapshotFacts: Sendable {
  var properties: DatabaseProperties
  /// The versions of extensions, by name.
  var versions: [String: String]
  var sequences: [DatabaseDocument.SequenceValue]
  var roles: [String]
  var byteCount: Int
  var hasPublicSchema: Bool
  var searchPath: String?
  var reordered: [ReorderedTable]
  var keyTriggers: [KeyTrigger]
  var amendments: [Amendment]
  /// Digests of the values of generated columns, by the table's OID.
  var generated: [String: String]
  var picture: ChunkList
  var members: ChunkList
  /// Risks for restoring it that the catalogs show.
  var risks: [String]

  /// - Parameters:
  ///   - scope: what is recorded.
  ///   - tables: the tables whose rows are recorded.
  init(
    _ leader: Connection, unreadable: [TableName], _ scope: CatalogQueries.Scope, _ tables: [CatalogTable],
    into session: ChunkSession
  ) throws {
    properties = try DatabaseProperties.read(leader)
    versions = try DatabaseCatalog.extensionVersions(leader)
    sequences = try DatabaseCatalog.extensionSequences(leader)
    roles = try DatabaseCatalog.roles(leader)
    let size = try leader.query("SELECT pg_database_size(current_database())").first?[0]
    byteCount = size.flatMap { Int($0) } ?? 0
    hasPublicSchema = try DatabaseCatalog.hasPublicSchema(leader)
    searchPath = try leader.standardPath()
    reordered = try ReorderedTable.all(leader)
    keyTriggers = try KeyTrigger.unusual(leader)
    amendments = try Amendment.all(leader)
    generated = try GeneratedColumns.digests(tables.map { ($0.oid, $0.name) }, leader)
    picture = try Self.store(session) { append in
      try CatalogPicture.read(leader, scope, append)
    }
    risks = try DatabaseRisks(leader).all(unreadable: unreadable)
    let members = try JSON.encodeCompactly(ExtensionMember.all(leader))
    self.members = try Self.store(session) { append in try members.withUnsafeBytes(append) }
  }

  private static func store(
    _ session: ChunkSession, _ read: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> ChunkList {
    let encoder = ChunkEncoder()
    var list = ChunkList()
    let chunker = ByteChunker { bytes in
      list.chunks.append(ChunkReference(id: try session.write(bytes, with: encoder), byteCount: bytes.count))
    }
    try read { try chunker.append($0) }
    try chunker.finish()
    return list
  }
}

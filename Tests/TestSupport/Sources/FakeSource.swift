// A small data source that is no database: a file of keys and values. It shows that the domain knows nothing of PostgreSQL.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc

package struct FakeSource: DataSource {
  package static let typeName = "fake"

  package let name: String
  package let type = FakeSource.typeName
  package let file: BytePath

  package init(_ name: String = "cache", file: BytePath) { (self.name, self.file) = (name, file) }

  package var label: String { "\(name) in \(file.lastComponent)" }

  package func outlook() throws -> SourceOutlook {
    SourceOutlook(label: label, server: nil, byteCount: try contents().count, limits: [])
  }

  package func openSnapshot() throws -> any DataSourceSnapshot {
    FakeSnapshot(source: self, contents: try contents())
  }

  package func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration {
    FakeRestoration(source: self, record: record, context: context)
  }

  package func contents() throws -> [UInt8] { try FileTree.readAll(file) }
}

private struct FakeSnapshot: DataSourceSnapshot {
  var source: FakeSource
  var contents: [UInt8]

  func capture(into session: ChunkSession, progress: any ProgressReporter) throws -> SourceRecord {
    let encoder = ChunkEncoder()
    var list = ChunkList()
    let chunker = ByteChunker { bytes in
      list.chunks.append(ChunkReference(id: try session.write(bytes, with: encoder), byteCount: bytes.count))
    }
    try contents.withUnsafeBytes { try chunker.append($0) }
    try chunker.finish()
    var lists = ChunkList()
    let stream = StreamRecord(name: "values", lines: lists.append(list), byteCount: contents.count)
    let document = SourceDocument(list: try session.write(lists.encoded, with: encoder), streams: [stream])
    return SourceRecord(
      name: source.name, type: source.type,
      document: try session.write(JSON.encodeCompactly(document), with: encoder), label: source.label,
      counts: ["keys": contents.count { $0 == 0x0A }], liveByteCount: contents.count,
      streamByteCount: contents.count)
  }
}

private struct FakeRestoration: SourceRestoration {
  var source: FakeSource
  var record: SourceRecord
  var context: RestoreContext

  var summary: String { "restore \(source.label)" }
  var rescueRecord: SourceRecord? { nil }
  var warnings: [String] { [] }

  private var staged: BytePath { BytePath(source.file.bytes + Array(".\(context.token)".utf8)) }

  private func contents(of record: SourceRecord) throws -> [UInt8] {
    guard let id = record.document else { return [] }
    let reader = ChunkReader(context.store)
    let document = try reader.document(SourceDocument.self, id)
    let lists = try StreamLists(document.list, reader)
    return try document.streams.flatMap {
      try lists.list(of: $0).chunks.flatMap { try reader.bytes(of: $0.id) }
    }
  }

  private func write(_ record: SourceRecord) throws {
    try context.store.files.replaceFile(staged, with: contents(of: record))
  }

  func stage() throws -> RestoreState {
    try write(record)
    return ["staged": "\(staged)"]
  }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    // A process that was killed here may have put it in place already.
    if !FileTree.exists(staged) { try write(record) }
    try context.store.files.rename(staged, to: source.file)
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    if let rescue {
      try write(rescue)
      try context.store.files.rename(staged, to: source.file)
    }
    try FileTree.remove(staged)
    return []
  }

  func finish(_ state: RestoreState) throws -> [String] { [] }
}

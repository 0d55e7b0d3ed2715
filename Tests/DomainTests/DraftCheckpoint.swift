// A checkpoint with kept files only, taken step by step, as a process does it.

import ChunkStore
import Codecs
import FileSystem
import Synchronization

@testable import Checkpoints

final class DraftCheckpoint: Sendable {
  private struct Contents {
    var list = ChunkList()
    var streams: [StreamRecord] = []
    var document: ChunkID?
  }

  private let session: ChunkSession
  private let name: String
  private let time: Timestamp
  private let contents = Mutex(Contents())

  init(_ name: String, in store: Store, at time: Timestamp) throws {
    (self.name, self.time) = (name, time)
    session = try ChunkSession(store)
  }

  /// Adds a file.
  func write(_ content: String) throws {
    let chunk = try session.write(Array(content.utf8), with: ChunkEncoder())
    let piece = ChunkReference(id: chunk, byteCount: content.utf8.count, fingerprint: RowFingerprint())
    contents.withLock { contents in
      contents.streams.append(
        StreamRecord(
          name: BytePath("\(contents.streams.count)"), lines: contents.list.append(ChunkList([piece])),
          byteCount: content.utf8.count))
    }
  }

  func commit() throws {
    let (list, streams) = contents.withLock { ($0.list, $0.streams) }
    let document = SourceDocument(
      list: try session.write(list.encoded, with: ChunkEncoder()), streams: streams)
    let id = try session.write(JSON.encode(document), with: ChunkEncoder())
    contents.withLock { $0.document = id }
    try session.commit()
  }

  func publish() throws -> CheckpointID {
    let id = CheckpointID(name: try CheckpointName(name), at: time, number: 1)
    var manifest = Manifest(
      id: id, name: name, kind: .custom, createdAt: time, toolVersion: "1",
      git: .init(head: nil, branch: nil), sources: [], excluded: [], sizes: .init(), durations: [:])
    manifest.sources.append(
      SourceRecord(
        name: "files", type: SourceRecord.typeOfKeptFiles, document: contents.withLock { $0.document },
        label: "", counts: [:], liveByteCount: 0, streamByteCount: 0))
    try session.store.files.replaceFile(Catalog(session.store).path(of: id), with: JSON.encode(manifest))
    return id
  }

  func end() { session.end() }
}

extension Catalog {
  /// What a checkpoint needs and what is not there, or not whole.
  func missingChunks(of id: CheckpointID) throws -> [String] {
    var problems: [String] = []
    let reader = ChunkReader(store)
    for chunk in ChunkNeeds(self).chunks(of: try manifest(id), report: { problems.append("\($0)") }) {
      do { try reader.withChunk(chunk) { _ in } } catch { problems.append("\(error)") }
    }
    return problems
  }
}

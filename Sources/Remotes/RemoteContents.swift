// What a remote has: its packs, by its indexes, and its checkpoints. Everything is read anew for each operation, and what is
// damaged hides nothing else.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

package final class RemoteContents {
  package struct Entry: Sendable {
    package let id: CheckpointID
    /// The store that recorded it.
    package let origin: String
    let name: BytePath
    let digest: ChunkID
    let byteCount: Int
  }

  let remote: RemoteDirectory
  /// Oldest first by the times in their ids.
  package private(set) var entries: [Entry] = []
  /// Packs, with their sizes.
  private(set) var packs: [ChunkID: Int] = [:]
  private(set) var index = RemoteIndex()
  /// Files that are not what their names say.
  package private(set) var damaged: [DamagedFile] = []

  package init(_ remote: RemoteDirectory) throws {
    self.remote = remote
    for (name, byteCount) in try remote.list(RemoteLayout.packs) {
      if let id = RemoteLayout.digest(in: name) { packs[id] = byteCount }
    }
    for (name, byteCount) in try remote.list(RemoteLayout.indexes) {
      guard let digest = RemoteLayout.digest(in: name) else { continue }
      do {
        let bytes = try contents(of: name, digest, min(byteCount, RemoteIndex.limit))
        if !index.add(bytes, isThere: { self.packs[$0] == $1 }) {
          throw problem(name, "it is not an index")
        }
      } catch let problem as RemoteProblem { damaged.append(DamagedFile(name: name, problem: problem)) }
    }
    for (name, byteCount) in try remote.list(RemoteLayout.checkpoints) {
      guard let (id, digest) = RemoteLayout.checkpoint(in: name),
        let origin = name.parent?.lastComponent.exactText
      else { continue }
      entries.append(Entry(id: id, origin: origin, name: name, digest: digest, byteCount: byteCount))
    }
    entries.sort { ($0.id, $0.origin) < ($1.id, $1.origin) }
  }

  /// Of all packs.
  package var byteCount: Int { packs.values.reduce(0, +) }

  func has(_ chunk: ChunkID) -> Bool { index.places[chunk] != nil }

  func note(_ packs: [ChunkID: RemoteIndex.Pack]) {
    index.add(packs)
    for (id, pack) in packs { self.packs[id] = pack.byteCount }
  }

  /// - Throws: `RemoteProblem.damaged`.
  package func checkpoint(_ entry: Entry) throws -> RemoteCheckpoint {
    let bytes = try contents(of: entry.name, entry.digest, min(entry.byteCount, RemoteCheckpoint.limit))
    do { return try StoredJSON.decode(RemoteCheckpoint.self, from: bytes) } catch let error as DecodingError {
      throw problem(entry.name, StoredJSON.summary(error))
    }
  }

  func problem(_ name: BytePath, _ why: String) -> RemoteProblem {
    .damaged(remote.root.appending(name), why)
  }

  private func contents(of name: BytePath, _ digest: ChunkID, _ limit: Int) throws -> [UInt8] {
    let bytes: [UInt8]
    do { bytes = try remote.read(name, limit: limit) } catch let error as SystemError {
      throw problem(name, error.reason)
    }
    guard SHA256.digest(bytes) == digest.digest else {
      throw problem(name, "its SHA-256 is not the one in its name")
    }
    return bytes
  }

  /// A chunk as it is stored; nil if no pack has it.
  func frame(_ chunk: ChunkID) throws -> [UInt8]? {
    guard let place = index.places[chunk] else { return nil }
    let file = try remote.open(RemoteLayout.pack(place.pack))
    try file.seek(to: place.range.lowerBound)
    var frame = [UInt8](repeating: 0, count: place.range.count)
    let count = try frame.withUnsafeMutableBytes { try file.read(into: $0) }
    guard count == frame.count else {
      throw problem(RemoteLayout.pack(place.pack), "it is too short")
    }
    return frame
  }
}

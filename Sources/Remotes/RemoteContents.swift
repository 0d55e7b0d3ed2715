// What a remote has: its packs, by their indexes, and its checkpoints. Everything is read anew for each operation, and what is
// damaged hides nothing else.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

package final class RemoteContents {
  package struct Entry: Sendable {
    package let id: CheckpointID
    /// The store that pushed it.
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
  /// The indexes that were read, with the packs that they are about.
  private(set) var indexes: [(name: BytePath, pack: RemoteIndex.Pack)] = []
  package private(set) var problems: [FileProblem] = []

  package init(_ remote: RemoteDirectory) throws {
    self.remote = remote
    for (name, byteCount) in try remote.list(RemoteLayout.packs) {
      if let id = RemoteLayout.digest(in: name), byteCount <= RemoteIndex.packLimit { packs[id] = byteCount }
    }
    for (name, byteCount) in try remote.list(RemoteLayout.indexes) {
      guard let digest = RemoteLayout.digest(in: name) else { continue }
      do { try read(name, digest, byteCount) } catch let problem as RemoteProblem { add(name, problem) }
    }
    for (name, byteCount) in try remote.list(RemoteLayout.checkpoints) {
      guard let (id, digest) = RemoteLayout.checkpoint(in: name),
        let origin = name.parent?.lastComponent.exactText, StoreMark.isMark(origin)
      else { continue }
      entries.append(Entry(id: id, origin: origin, name: name, digest: digest, byteCount: byteCount))
    }
    entries.sort { ($0.id, $0.origin, "\($0.digest)") < ($1.id, $1.origin, "\($1.digest)") }
  }

  private func read(_ name: BytePath, _ digest: ChunkID, _ byteCount: Int) throws {
    let bytes = try contents(of: name, digest, byteCount, limit: RemoteIndex.limit)
    guard let pack = RemoteIndex.pack(in: bytes) else { throw damage(name, "it is not an index") }
    // Without its pack it says nothing.
    guard packs[pack.id] == pack.byteCount else { return }
    indexes.append((name, pack))
    index.add(pack)
  }

  private func add(_ name: BytePath, _ problem: RemoteProblem) {
    var isDamage = false
    if case .damaged = problem { isDamage = true }
    problems.append(FileProblem(name: name, problem: problem, isDamage: isDamage))
  }

  /// Of all packs.
  package var byteCount: Int { packs.values.reduce(0, +) }

  func has(_ chunk: ChunkID) -> Bool { index.places[chunk] != nil }

  func note(_ pack: RemoteIndex.Pack) {
    index.add(pack)
    packs[pack.id] = pack.byteCount
  }

  /// From now on, a chunk is not in this place: what is there is something else.
  func distrust(_ places: [WrongPlace]) {
    for wrong in places { index.remove(wrong.place, of: wrong.chunk) }
  }

  // MARK: Checkpoints

  /// What a checkpoint and its manifest say.
  /// - Throws: `RemoteProblem`.
  package func checkpoint(_ entry: Entry) throws -> (RemoteCheckpoint, Manifest) {
    let bytes = try contents(of: entry.name, entry.digest, entry.byteCount, limit: RemoteCheckpoint.limit)
    do {
      let checkpoint = try StoredJSON.decode(RemoteCheckpoint.self, from: bytes)
      let manifest = try JSON.decode(Manifest.self, from: checkpoint.manifestBytes)
      if manifest.id != entry.id { throw damage(entry.name, "its manifest is that of \(manifest.id)") }
      if manifest.format > Manifest.currentFormat {
        throw damage(entry.name, "its manifest has the newer format \(manifest.format)")
      }
      if manifest.kind.isInternal {
        throw damage(entry.name, "it is a \(manifest.kind.rawValue), which is no copy")
      }
      return (checkpoint, manifest)
    } catch let error as DecodingError { throw damage(entry.name, StoredJSON.summary(error)) }
  }

  /// The newest of a name, the one with an id, or one of several stores by `ORIGIN/ID`.
  package func entry(_ selector: String) throws -> Entry {
    let found: [Entry]
    if let (origin, id) = selector.cut(at: "/") {
      found = entries.filter { $0.origin == origin && $0.id.description == id }
    } else if selector == "latest" {
      found = Array(entries.suffix(1))
    } else {
      let exact = entries.filter { $0.id.description == selector }
      found = exact.isEmpty ? Array(entries.filter { $0.id.name == selector }.suffix(1)) : exact
    }
    guard let newest = found.last else {
      if entries.isEmpty { throw RemoteProblem.empty(remote.root) }
      let near = entries.reversed().filter { $0.id.description.contains(selector) }.prefix(5)
      throw RemoteProblem.noCheckpoint(selector, near: near.map(\.id.description))
    }
    // Copies of one checkpoint are one.
    let manifests = Set(found.compactMap { try? checkpoint($0).0.manifest })
    if manifests.count > 1 {
      throw RemoteProblem.several(newest.id, found.map { "\($0.origin)/\($0.id)" })
    }
    return newest
  }

  // MARK: Files

  func damage(_ name: BytePath, _ why: String) -> RemoteProblem { .damaged(remote.root.appending(name), why) }

  private func contents(
    of name: BytePath, _ digest: ChunkID, _ byteCount: Int, limit: Int
  ) throws -> [UInt8] {
    if byteCount > limit { throw damage(name, "it is too large") }
    let bytes: [UInt8]
    do { bytes = try remote.read(name, limit: limit) } catch let error as SystemError {
      throw RemoteProblem.unreadable(remote.root.appending(name), error.reason)
    }
    guard SHA256.digest(bytes) == digest.digest else {
      throw damage(name, "its SHA-256 is not the one in its name")
    }
    return bytes
  }

  /// Calls `body` with what is in each place of a chunk, until that succeeds.
  /// - Returns: nil if no pack has it.
  func withFrame<Result>(_ chunk: ChunkID, _ body: ([UInt8]) throws -> Result) throws -> Result? {
    var failure: (any Error)?
    for place in index.places[chunk] ?? [] {
      do { return try body(frame(at: place)) } catch {
        try Interruption.check()
        failure = error
      }
    }
    if let failure { throw failure }
    return nil
  }

  private func frame(at place: RemoteIndex.Place) throws -> [UInt8] {
    let name = RemoteLayout.pack(place.pack)
    do {
      let file = try remote.open(name)
      try file.seek(to: place.range.lowerBound)
      var frame = [UInt8](repeating: 0, count: place.range.count)
      let count = try frame.withUnsafeMutableBytes { try file.read(into: $0) }
      guard count == frame.count else { throw damage(name, "it is too short") }
      return frame
    } catch let error as SystemError {
      throw RemoteProblem.unreadable(remote.root.appending(name), error.reason)
    }
  }
}

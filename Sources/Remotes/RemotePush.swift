// Sends checkpoints to a remote: first the chunks that it lacks, in packs, then the packs' index, then git's objects that it lacks,
// in the same way, and last what makes them checkpoints there. Whatever was sent before an interruption counts the next time.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import Git

package struct RemotePush {
  /// Packs of history that a checkpoint may need before one pack takes the place of all of them.
  private static let historyLimit = 200
  /// Bytes of a piece of a pack of git's.
  private static let pieceSize = 1 << 20
  /// How often what a prune removed meanwhile is sent again.
  private static let rounds = 3

  package struct Result: Sendable {
    package var pushed: [CheckpointID] = []
    /// Those that the remote had.
    package var unchanged: [CheckpointID] = []
    package var byteCount = 0

    /// Adds what was sent once more.
    package mutating func add(_ other: Result) {
      pushed += other.pushed.filter { !pushed.contains($0) }
      unchanged.removeAll(where: other.pushed.contains)
      byteCount += other.byteCount
    }
  }

  private let remote: RemoteDirectory
  private let store: Store
  private let catalog: Catalog
  private let objects: ObjectDatabase
  private let clock: any Clock
  private let progress: any ProgressReporter
  private let origin: String

  package init(
    _ remote: RemoteDirectory, from store: Store, _ objects: ObjectDatabase, clock: any Clock,
    progress: any ProgressReporter
  ) {
    (self.remote, self.store, self.objects) = (remote, store, objects)
    (self.clock, self.progress) = (clock, progress)
    catalog = Catalog(store)
    origin = Self.origin(of: store)
  }

  /// Different for stores at the same path of two machines.
  static func origin(of store: Store) -> String {
    let place = "\(HostName.current)\0\(CloneMark.mark(ofStoreAt: store.root))"
    return String(SHA256.digest(Array(place.utf8)).hexadecimal.prefix(16))
  }

  /// - Parameter manifests: oldest first. The contents of archived ones must be in the store.
  package func push(_ manifests: [Manifest]) throws -> Result {
    let session = try ChunkSession(store)
    defer { session.end() }
    defer { progress.finish("push") }
    var result = Result()
    for round in 1...Self.rounds {
      let contents = try RemoteContents(remote)
      let known = Dictionary(
        contents.entries.filter { $0.origin == origin }.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
      let missing = try manifests.filter { manifest in
        guard let entry = known[manifest.id] else { return true }
        return try !isWhole(entry, manifest, contents)
      }
      if round == 1 {
        result.unchanged = manifests.map(\.id).filter { id in !missing.contains { $0.id == id } }
      }
      if missing.isEmpty { return result }
      let writer = RemotePackWriter(remote, scratch: session.temporaryPath("pack"), files: store.files)
      writer.listed = contents.note
      let entries = try send(missing, contents, session, writer)
      for (name, bytes) in entries { try remote.put(name, bytes) }
      // What these take the place of lacked something.
      for manifest in missing {
        if let old = known[manifest.id] { try remote.remove(old.name) }
      }
      result.byteCount += writer.byteCount + entries.reduce(0) { $0 + $1.bytes.count }
      result.pushed += missing.map(\.id).filter { !result.pushed.contains($0) }
    }
    throw RemoteProblem.damaged(remote.root, "what is sent there does not stay")
  }

  /// Whether everything that the remote's checkpoint needs is there still.
  private func isWhole(
    _ entry: RemoteContents.Entry, _ manifest: Manifest, _ contents: RemoteContents
  ) throws -> Bool {
    guard let checkpoint = try? contents.checkpoint(entry),
      try checkpoint.manifestBytes == catalog.manifestBytes(manifest.id),
      checkpoint.history.allSatisfy({ $0.pieces.allSatisfy(contents.has) })
    else { return false }
    return try RecordedChunks.of(manifest, catalog, ChunkReader(store)).allSatisfy(contents.has)
  }

  /// - Returns: what is to be published once all of it is there.
  private func send(
    _ manifests: [Manifest], _ contents: RemoteContents, _ session: ChunkSession, _ writer: RemotePackWriter
  ) throws -> [(name: BytePath, bytes: [UInt8])] {
    let reader = ChunkReader(store)
    var sent: Set<ChunkID> = []
    var histories: [(manifest: Manifest, history: History)] = []
    var base = try newestHistory(contents)
    for manifest in manifests {
      let chunks = try RecordedChunks.of(manifest, catalog, reader).filter {
        !contents.has($0) && !sent.contains($0)
      }
      for (number, id) in chunks.enumerated() {
        try Interruption.check()
        progress.update("push", done: number, total: chunks.count, unit: .items)
        guard try session.hold(id) else { throw StoreError.chunkMissing(id) }
        try writer.add(id, reader.frame(id))
        sent.insert(id)
      }
      let history = try history(of: manifest, after: base, contents, session, writer, &sent)
      histories.append((manifest, history))
      base = history
    }
    try writer.finish()
    return try histories.map { manifest, history in try entry(of: manifest, history) }
  }

  private func entry(of manifest: Manifest, _ history: History) throws -> (name: BytePath, bytes: [UInt8]) {
    let recorded = try catalog.manifestBytes(manifest.id)
    let checkpoint = RemoteCheckpoint(
      origin: origin, host: HostName.current, pushedAt: clock.now(),
      manifest: String(decoding: recorded, as: UTF8.self), history: history.packs,
      refs: history.refs, isPartial: history.isPartial ? true : nil)
    let bytes = try JSON.encode(checkpoint)
    guard let digest = ChunkID(digest: SHA256.digest(bytes)) else {
      preconditionFailure("a digest of another size")
    }
    return (RemoteLayout.checkpoint(manifest.id, of: origin, digest), bytes)
  }

  // MARK: Git's objects

  private struct History {
    var packs: [RemoteCheckpoint.HistoryPack]
    var refs: [String: ObjectID]
    var isPartial: Bool
  }

  /// What the newest checkpoint of this store that is whole there has of git.
  private func newestHistory(_ contents: RemoteContents) throws -> History? {
    for entry in contents.entries.reversed() where entry.origin == origin {
      guard let checkpoint = try? contents.checkpoint(entry), checkpoint.isPartial != true,
        checkpoint.history.allSatisfy({ $0.pieces.allSatisfy(contents.has) })
      else { continue }
      return History(packs: checkpoint.history, refs: checkpoint.refs, isPartial: false)
    }
    return nil
  }

  private func history(
    of manifest: Manifest, after base: History?, _ contents: RemoteContents, _ session: ChunkSession,
    _ writer: RemotePackWriter, _ sent: inout Set<ChunkID>
  ) throws -> History {
    let id = manifest.id
    let own = try [id.stateRef, id.headRef, id.tagRef].compactMap { ref in
      try objects.target(of: ref).map { (ref, $0) }
    }
    let refs = Dictionary(try own + objects.branchesAndTags(), uniquingKeysWith: { $1 })
    let isPartial = try manifest.git.stateTree.map { try objects.canFetchWhatIsMissing(below: $0) } ?? false
    let isContinued = base.map { $0.packs.count < Self.historyLimit } ?? false
    var history = History(packs: isContinued ? base?.packs ?? [] : [], refs: refs, isPartial: isPartial)
    let known = isContinued ? Set(base?.refs.values.map { $0 } ?? []) : []
    let tips = Set(refs.values).subtracting(known)
    if tips.isEmpty { return history }
    let encoder = ChunkEncoder()
    var (piece, pack): ([UInt8], RemoteCheckpoint.HistoryPack) = ([], .init(byteCount: 0, pieces: []))
    func close() throws {
      let (id, frame) = try encoder.frame(piece)
      if !contents.has(id) && sent.insert(id).inserted { try writer.add(id, frame) }
      pack.pieces.append(id)
      pack.byteCount += piece.count
      piece.removeAll(keepingCapacity: true)
    }
    try objects.writePack(
      of: tips.sorted { "\($0)" < "\($1)" }, without: known.sorted { "\($0)" < "\($1)" }, isPartial: isPartial
    ) { bytes in
      piece += bytes
      if piece.count >= Self.pieceSize { try close() }
    }
    if !piece.isEmpty { try close() }
    history.packs.append(pack)
    return history
  }
}

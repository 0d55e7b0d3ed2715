// Sends checkpoints to a remote: first the chunks that it lacks, in packs, then git's objects that it lacks, in the same way, and
// last what makes it a checkpoint there. Whatever was sent before an interruption counts the next time.

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
  /// Checkpoints that are small are published together, so that their packs are not small.
  private static let (publishedBytes, publishedCount) = (8 << 20, 20)
  /// Seconds to wait for another push of this store.
  private static let patience = 10.0

  package struct Result: Sendable {
    package var pushed: [CheckpointID] = []
    /// Those that the remote had.
    package var unchanged: [CheckpointID] = []
    /// Those that are not there, and why.
    package var failed: [(id: CheckpointID, reason: any Error)] = []
    package var byteCount = 0
    /// Those with work in submodules, which stays in their repositories.
    package var withSubmodules: [CheckpointID] = []

    /// Adds what was sent once more.
    package mutating func add(_ other: Result) {
      pushed += other.pushed.filter { !pushed.contains($0) }
      unchanged.removeAll(where: other.pushed.contains)
      failed += other.failed.filter { failure in !failed.contains { $0.id == failure.id } }
      byteCount += other.byteCount
    }
  }

  private let remote: RemoteDirectory
  private let store: Store
  private let catalog: Catalog
  private let objects: ObjectDatabase
  private let clock: any Clock
  private let progress: any ProgressReporter
  private let mark: String

  package init(
    _ remote: RemoteDirectory, from store: Store, _ objects: ObjectDatabase, clock: any Clock,
    progress: any ProgressReporter
  ) throws {
    (self.remote, self.store, self.objects) = (remote, store, objects)
    (self.clock, self.progress) = (clock, progress)
    catalog = Catalog(store)
    mark = try StoreMark.of(store)
  }

  /// The newest of this store's checkpoints of a name that the remote has.
  package func newest(named name: String) throws -> CheckpointID? {
    try RemoteContents(remote).entries.last { $0.origin == mark && $0.id.name == name }?.id
  }

  /// - Parameters:
  ///   - manifests: oldest first.
  ///   - distrusted: places that hold something else than they should, so that what they should hold is sent again.
  ///   - unpack: puts contents of archived checkpoints into the store, for as long as its result lives.
  package func push(
    _ manifests: [Manifest], distrusting distrusted: [WrongPlace] = [],
    unpack: ([Manifest]) throws -> UnpackedContents?
  ) throws -> Result {
    try requireWhole()
    guard
      let lock = try FileLock.acquire(store.root.appending("lock.push"), .exclusive, waiting: Self.patience)
    else { throw RemoteProblem.pushing }
    defer { withExtendedLifetime(lock) {} }
    try remote.clearIncoming(mark)
    let session = try ChunkSession(store)
    defer { session.end() }
    defer { progress.finish("push") }
    var (result, resent) = (Result(), Set<ChunkID>())
    for round in 1...Self.rounds {
      let contents = try RemoteContents(remote)
      contents.distrust(distrusted.filter { !resent.contains($0.place.pack) })
      let copies = Copies(contents, manifests)
      let missing = try manifests.filter { manifest in
        if result.failed.contains(where: { $0.id == manifest.id }) { return false }
        return try !copies.hasWhole(manifest, catalog, contents)
      }
      if round == 1 {
        result.unchanged = manifests.map(\.id).filter { id in !missing.contains { $0.id == id } }
      }
      if missing.isEmpty { return result }
      let unpacked = try unpack(missing)
      defer { withExtendedLifetime(unpacked) {} }
      resent.formUnion(try send(missing, contents, session, &result))
      // What these take the place of lacked something.
      for manifest in missing where result.pushed.contains(manifest.id) {
        for old in copies.of(manifest, catalog) where old.origin == mark { try remote.remove(old.name) }
      }
    }
    throw RemoteProblem.unstable(remote.root)
  }

  /// The commits or files that are missing here would be missing where it comes back.
  private func requireWhole() throws {
    if try objects.isShallow() { throw RemoteProblem.shallow }
    if try objects.isPartialClone() { throw RemoteProblem.partial }
  }

  /// - Returns: the packs that were sent, also over ones that were damaged.
  private func send(
    _ manifests: [Manifest], _ contents: RemoteContents, _ session: ChunkSession, _ result: inout Result
  ) throws -> Set<ChunkID> {
    var packs: Set<ChunkID> = []
    let writer = RemotePackWriter(
      remote, by: mark, scratch: session.temporaryPath("pack"), files: store.files)
    var sent: Set<ChunkID> = []
    var ready: [(manifest: Manifest, history: History)] = []
    writer.sent = {
      contents.note($0)
      packs.insert($0.id)
    }
    func publish() throws {
      try writer.finish()
      for (manifest, history) in ready {
        let (name, bytes) = try entry(of: manifest, history)
        try remote.put(name, bytes, by: mark)
        result.byteCount += bytes.count
        if !result.pushed.contains(manifest.id) { result.pushed.append(manifest.id) }
        if manifest.git.submodules?.isEmpty == false && !result.withSubmodules.contains(manifest.id) {
          result.withSubmodules.append(manifest.id)
        }
      }
      ready = []
    }
    var base = newestHistory(contents)
    for manifest in manifests {
      do {
        try sendChunks(of: manifest, contents, session, writer, &sent)
        let history = try history(of: manifest, after: base, contents, writer, &sent)
        base = history
        ready.append((manifest, history))
      } catch let error where Self.isAboutOne(error) {
        try Interruption.check()
        // What is damaged here keeps nothing else from being sent.
        result.failed.append((manifest.id, error))
        continue
      }
      if writer.pending >= Self.publishedBytes || ready.count >= Self.publishedCount { try publish() }
    }
    try publish()
    result.byteCount += writer.byteCount
    return packs
  }

  /// Whether it is damage in this repository or store, rather than what the remote's disk says.
  private static func isAboutOne(_ error: any Error) -> Bool {
    error is StoreError || error is SubprocessError || error is GitError
  }

  private func sendChunks(
    of manifest: Manifest, _ contents: RemoteContents, _ session: ChunkSession, _ writer: RemotePackWriter,
    _ sent: inout Set<ChunkID>
  ) throws {
    let reader = ChunkReader(store)
    let chunks = try RecordedChunks.of(manifest, catalog, reader)
      .filter { !contents.has($0) && !sent.contains($0) }
    for (number, id) in chunks.enumerated() {
      try Interruption.check()
      progress.update("push", done: number, total: chunks.count, unit: .items)
      guard try session.hold(id) else { throw StoreError.chunkMissing(id) }
      try writer.add(id, reader.frame(id))
      sent.insert(id)
    }
  }

  private func entry(of manifest: Manifest, _ history: History) throws -> (name: BytePath, bytes: [UInt8]) {
    let recorded = try catalog.manifestBytes(manifest.id)
    let checkpoint = RemoteCheckpoint(
      host: HostName.current, pushedAt: clock.now(), manifest: String(decoding: recorded, as: UTF8.self),
      history: history.packs, refs: history.refs)
    let bytes = try JSON.encode(checkpoint)
    guard let digest = ChunkID(digest: SHA256.digest(bytes)) else {
      preconditionFailure("a digest of another size")
    }
    return (RemoteLayout.checkpoint(manifest.id, of: mark, digest), bytes)
  }

  // MARK: Git's objects

  private struct History {
    var packs: [RemoteCheckpoint.HistoryPack]
    var refs: [String: ObjectID]
  }

  /// How many of the newest checkpoints are looked at for one whose history goes on here.
  private static let baseReach = 20

  /// What the newest checkpoint there that shares history with this repository has of git.
  private func newestHistory(_ contents: RemoteContents) -> History? {
    // Only what this store has sent says what is in its packs.
    for entry in contents.entries.reversed().filter({ $0.origin == mark }).prefix(Self.baseReach) {
      guard let (checkpoint, _) = try? contents.checkpoint(entry),
        checkpoint.history.allSatisfy({ $0.pieces.allSatisfy(contents.has) }),
        checkpoint.refs.values.contains(where: objects.exists)
      else { continue }
      return History(packs: checkpoint.history, refs: checkpoint.refs)
    }
    return nil
  }

  private func history(
    of manifest: Manifest, after base: History?, _ contents: RemoteContents, _ writer: RemotePackWriter,
    _ sent: inout Set<ChunkID>
  ) throws -> History {
    let isContinued = base.map { $0.packs.count < Self.historyLimit } ?? false
    var history = History(
      packs: isContinued ? base?.packs ?? [] : [], refs: try refs(of: manifest.id))
    let known = isContinued ? Set(base?.refs.values.map { $0 } ?? []) : []
    let tips = Set(history.refs.values).subtracting(known)
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
      of: tips.sorted { "\($0)" < "\($1)" }, without: known.sorted { "\($0)" < "\($1)" }
    ) { bytes in
      piece += bytes
      if piece.count >= Self.pieceSize { try close() }
    }
    if !piece.isEmpty { try close() }
    history.packs.append(pack)
    return history
  }

  /// The checkpoint's own, with a public tag under its private name, and the user's branches and tags.
  private func refs(of id: CheckpointID) throws -> [String: ObjectID] {
    let names = try objects.refs(below: id.refPrefix).filter { $0 != id.heldRef }
    var refs: [String: ObjectID] = [:]
    for name in names { refs[name] = try objects.target(of: name) }
    if refs[id.tagRef] == nil { refs[id.tagRef] = try objects.target(of: id.publicTagRef) }
    for (name, target) in try objects.branchesAndTags() { refs[name] = target }
    return refs
  }
}

/// The copies that a remote has already, from this store or from others.
private struct Copies {
  private var found: [CheckpointID: [(entry: RemoteContents.Entry, checkpoint: RemoteCheckpoint)]] = [:]

  init(_ contents: RemoteContents, _ manifests: [Manifest]) {
    let wanted = Set(manifests.map(\.id))
    for entry in contents.entries where wanted.contains(entry.id) {
      guard let (checkpoint, _) = try? contents.checkpoint(entry) else { continue }
      found[entry.id, default: []].append((entry, checkpoint))
    }
  }

  /// Those with this manifest.
  private func copies(
    _ manifest: Manifest, _ catalog: Catalog
  ) -> [(entry: RemoteContents.Entry, checkpoint: RemoteCheckpoint)] {
    guard let bytes = try? catalog.manifestBytes(manifest.id) else { return [] }
    return found[manifest.id]?.filter { $0.checkpoint.manifestBytes == bytes } ?? []
  }

  func of(_ manifest: Manifest, _ catalog: Catalog) -> [RemoteContents.Entry] {
    copies(manifest, catalog).map(\.entry)
  }

  /// Whether there is one with everything that it needs.
  func hasWhole(_ manifest: Manifest, _ catalog: Catalog, _ contents: RemoteContents) throws -> Bool {
    let copies = copies(manifest, catalog)
    guard copies.contains(where: { $0.checkpoint.history.allSatisfy { $0.pieces.allSatisfy(contents.has) } })
    else { return false }
    let chunks: [ChunkID]
    // What cannot be read here is found out, and said, when it is to be sent.
    do { chunks = try RecordedChunks.of(manifest, catalog, ChunkReader(catalog.store)) } catch is StoreError {
      return false
    }
    return chunks.allSatisfy(contents.has)
  }
}

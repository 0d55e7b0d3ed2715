// Brings checkpoints from a remote into the store. Every chunk is checked against its name before it is used, git checks its
// objects by theirs, and the checkpoint gets its manifest only when all of it is here.

import Checkpoints
import ChunkStore
import FileSystem
import Git

package final class RemotePull {
  /// Bytes of what several small streams share. Of one that was taken from an earlier checkpoint, only some are in this one's list.
  private static let bundleLimit = 512 << 20

  private let contents: RemoteContents
  private let store: Store
  private let catalog: Catalog
  private let objects: ObjectDatabase
  private let progress: any ProgressReporter
  /// Packs of git's that were taken, by their pieces. Git keeps them until the pull ends: the next checkpoint may need what no ref
  /// leads to yet.
  private var taken: [[ChunkID]: TakenPack] = [:]

  package init(
    _ contents: RemoteContents, into store: Store, _ objects: ObjectDatabase, progress: any ProgressReporter
  ) {
    (self.contents, self.store, self.objects, self.progress) = (contents, store, objects, progress)
    catalog = Catalog(store)
  }

  /// Lets git remove what no ref leads to.
  deinit { for pack in taken.values { try? pack.release() } }

  /// - Parameter bringsBranches: whether the user's branches and tags come as well, for a repository that has none.
  /// - Returns: false if it is here already.
  /// - Throws: `RemoteProblem`.
  package func pull(_ entry: RemoteContents.Entry, bringsBranches: Bool = false) throws -> Bool {
    let (id, (checkpoint, manifest)) = (entry.id, try contents.checkpoint(entry))
    if catalog.exists(id) {
      guard try catalog.manifestBytes(id) == checkpoint.manifestBytes else { throw RemoteProblem.clash(id) }
      return false
    }
    let session = try ChunkSession(store)
    defer { session.end() }
    defer { progress.finish("pull") }
    do {
      try pullChunks(of: manifest, into: session)
      let refs = checkpoint.ownRefs(of: id)
      let others = bringsBranches ? checkpoint.branchesAndTags : []
      try pullHistory(of: checkpoint, refs + others, id)
      try session.commit()
      return try AdoptedCheckpoint.publish(
        manifest, bytes: checkpoint.manifestBytes, refs: refs, and: others, from: contents.remote.root,
        in: store,
        objects)
    } catch let error as StoreError { throw RemoteProblem.incomplete(id, "\(error)") } catch let error
      as AdoptedCheckpoint.WrongRefs
    {
      throw RemoteProblem.incomplete(id, "\(error)")
    }
  }

  // MARK: Contents

  /// Documents say which lists there are, and lists which chunks, so these come first.
  private func pullChunks(of manifest: Manifest, into session: ChunkSession) throws {
    let encoder = ChunkEncoder()
    let (frames, reader) = (ChunkReader(store), ChunkReader(store, and: session))
    func pull(_ chunk: ChunkID, limit: Int? = nil) throws {
      try Interruption.check()
      // One that is there may be damaged: as garbage it was verified by nothing.
      if try session.hold(chunk), (try? frames.frame(chunk)) != nil { return }
      let bytes = try contents.withFrame(chunk) { try frames.bytes(of: chunk, in: $0, limit: limit) }
      guard let bytes else { throw StoreError.chunkMissing(chunk) }
      _ = try session.write(bytes, with: encoder)
    }
    if let list = manifest.git.changedFiles?.list { try pull(list) }
    var chunks: [ChunkReference] = []
    for record in manifest.sources {
      guard let id = record.document else { continue }
      try pull(id)
      guard let list = try reader.document(SourceDocument.self, id).list else { continue }
      try pull(list)
      chunks += try reader.list(list).chunks
    }
    for (index, chunk) in chunks.enumerated() {
      progress.update("pull", done: index, total: chunks.count, unit: .items)
      // What is not a whole chunk is a piece of a bundle, which is small.
      let end = (chunk.offset ?? 0) + chunk.byteCount
      try pull(chunk.id, limit: chunk.offset == nil ? end : max(end, Self.bundleLimit))
    }
  }

  // MARK: Git's objects

  private func pullHistory(
    of checkpoint: RemoteCheckpoint, _ refs: [(name: String, target: ObjectID)], _ id: CheckpointID
  ) throws {
    let tips = refs.map(\.target)
    if try objects.hasAll(below: tips) { return }
    for pack in checkpoint.history where taken[pack.pieces] == nil {
      taken[pack.pieces] = try RemoteHistory(contents, objects).take(pack, of: id)
    }
    guard try objects.hasAll(below: tips) else {
      throw RemoteProblem.incomplete(id, "some of git's objects are not in its packs")
    }
  }
}

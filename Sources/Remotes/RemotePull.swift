// Brings checkpoints from a remote into the store. Every chunk is checked against its name before it is used, git checks its
// objects by theirs, and the checkpoint gets its manifest only when all of it is here.

import Checkpoints
import ChunkStore
import FileSystem
import Git

package struct RemotePull {
  /// Bytes of what several small streams share.
  private static let bundleLimit = 16 << 20

  private let contents: RemoteContents
  private let store: Store
  private let catalog: Catalog
  private let objects: ObjectDatabase
  private let progress: any ProgressReporter

  package init(
    _ contents: RemoteContents, into store: Store, _ objects: ObjectDatabase, progress: any ProgressReporter
  ) {
    (self.contents, self.store, self.objects, self.progress) = (contents, store, objects, progress)
    catalog = Catalog(store)
  }

  /// - Returns: false if it is here already.
  /// - Throws: `RemoteProblem`.
  package func pull(_ entry: RemoteContents.Entry) throws -> Bool {
    let (id, checkpoint) = (entry.id, try contents.checkpoint(entry))
    if catalog.exists(id) {
      guard try catalog.manifestBytes(id) == checkpoint.manifestBytes else { throw RemoteProblem.clash(id) }
      return false
    }
    let manifest = try manifest(of: checkpoint, entry)
    let session = try ChunkSession(store)
    defer { session.end() }
    defer { progress.finish("pull") }
    try pullChunks(of: manifest, into: session)
    let packs = try pullHistory(of: checkpoint, id)
    try session.commit()
    let isNew = try AdoptedCheckpoint.publish(
      id, manifest: checkpoint.manifestBytes, refs: checkpoint.ownRefs(of: id), in: store, objects)
    for pack in packs { try pack.release() }
    return isNew
  }

  private func manifest(of checkpoint: RemoteCheckpoint, _ entry: RemoteContents.Entry) throws -> Manifest {
    func damaged(_ why: String) -> RemoteProblem { contents.problem(entry.name, why) }
    let manifest: Manifest
    do { manifest = try checkpoint.decodedManifest() } catch let error as DecodingError {
      throw damaged("its manifest is none (\(StoredJSON.summary(error)))")
    }
    guard manifest.id == entry.id else { throw damaged("its manifest is that of \(manifest.id)") }
    guard manifest.format <= Manifest.currentFormat else {
      throw damaged("its manifest has the newer format \(manifest.format)")
    }
    return manifest
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
      guard let frame = try contents.frame(chunk) else {
        throw RemoteProblem.incomplete(manifest.id, "the chunk \(chunk) is in none of its packs")
      }
      _ = try session.write(frames.bytes(of: chunk, in: frame, limit: limit), with: encoder)
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

  private func pullHistory(of checkpoint: RemoteCheckpoint, _ id: CheckpointID) throws -> [TakenPack] {
    let tips = checkpoint.ownRefs(of: id).map(\.target)
    if try objects.hasAll(below: tips) { return [] }
    let reader = ChunkReader(store)
    var taken: [TakenPack] = []
    for pack in checkpoint.history {
      var pieces = pack.pieces[...]
      taken.append(
        try objects.takePack(limit: pack.byteCount) {
          try Interruption.check()
          guard let piece = pieces.popFirst() else { return [] }
          guard let frame = try contents.frame(piece) else {
            throw RemoteProblem.incomplete(id, "the piece \(piece) of git's objects is in none of its packs")
          }
          return try reader.bytes(of: piece, in: frame, limit: pack.byteCount)
        })
    }
    guard try checkpoint.isPartial == true || objects.hasAll(below: tips) else {
      throw RemoteProblem.incomplete(id, "some of git's objects are not in its packs")
    }
    return taken
  }
}

// Contents of archived checkpoints that are in the store again, for one operation. As long as this value lives, no collection
// takes them; then they are garbage like any other, so that another look within a day finds them.

import ChunkStore
import FileSystem

package final class UnpackedContents: Sendable {
  private let session: ChunkSession

  private init(_ session: ChunkSession) { self.session = session }

  deinit { session.end() }

  /// - Parameter isNeeded: whether contents of this source are.
  /// - Returns: nil if none of the checkpoints is archived.
  package static func of(
    _ manifests: [Manifest], in store: Store, progress: any ProgressReporter,
    isNeeded: (SourceRecord) -> Bool
  ) throws -> UnpackedContents? {
    let catalog = Catalog(store)
    let archived = try manifests.compactMap { manifest -> (Manifest, [SourceRecord], ArchiveNote)? in
      guard let note = try catalog.notes(manifest.id).archive else { return nil }
      let records = try catalog.sources(of: manifest).filter(isNeeded)
      return records.isEmpty ? nil : (manifest, records, note)
    }
    guard let first = archived.first else { return nil }
    do {
      let session = try ChunkSession(store)
      for (manifest, records, note) in archived {
        try unpack(records, of: manifest.id, note, session, progress)
      }
      return UnpackedContents(session)
    } catch let error as SystemError where error.isNotWritable || error.isDiskFull {
      throw ArchivingProblem.cannotUnpack(first.0.id, error.reason)
    }
  }

  private static func unpack(
    _ records: [SourceRecord], of checkpoint: CheckpointID, _ note: ArchiveNote, _ session: ChunkSession,
    _ progress: any ProgressReporter
  ) throws {
    let store = session.store
    let reader = ChunkReader(store)
    var pieces: Set<ChunkID> = []
    for record in records {
      guard let id = record.document else { continue }
      let document = try reader.document(SourceDocument.self, id)
      pieces.formUnion(try StreamLists(document.list, reader).chunks)
    }
    // All of them are held, whether some are missing or not.
    var missing: Set<ChunkID> = []
    for id in pieces {
      // One that is there may be damaged: as garbage it was verified by nothing.
      let isWhole = try session.hold(id) && (try? reader.withChunk(id) { _ in }) != nil
      if !isWhole { missing.insert(id) }
    }
    if missing.isEmpty { return }
    let path = ArchivePlace.path(of: checkpoint, in: store)
    guard try ArchivePlace.isThere(note, of: checkpoint, in: store) else {
      throw ArchivingProblem.missing(checkpoint, path)
    }
    let activity = "unpack \(checkpoint)"
    defer { progress.finish(activity) }
    let (encoder, total) = (ChunkEncoder(), missing.count)
    _ = try ArchiveReader(path: path, id: checkpoint).read { id, bytes in
      guard missing.remove(id) != nil else { return }
      progress.update(activity, done: total - missing.count, total: total, unit: .items)
      _ = try session.write(bytes, with: encoder)
    }
    if let id = missing.first { throw StoreError.chunkMissing(id) }
    try session.commit()
  }
}

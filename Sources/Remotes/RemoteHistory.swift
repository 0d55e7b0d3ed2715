// Git's packs, taken out of a remote's pieces.

import Checkpoints
import ChunkStore
import FileSystem
import Git

struct RemoteHistory {
  private let contents: RemoteContents
  private let objects: ObjectDatabase
  private let reader = ChunkReader(elsewhere: { _ in nil })

  init(_ contents: RemoteContents, _ objects: ObjectDatabase) {
    (self.contents, self.objects) = (contents, objects)
  }

  /// - Throws: `RemoteProblem`.
  func take(_ pack: RemoteCheckpoint.HistoryPack, of id: CheckpointID) throws -> TakenPack {
    var pieces = pack.pieces[...]
    do {
      return try objects.takePack(limit: pack.byteCount) {
        try Interruption.check()
        guard let piece = pieces.popFirst() else { return [] }
        let bytes = try contents.withFrame(piece) {
          try reader.bytes(of: piece, in: $0, limit: RemoteCheckpoint.pieceLimit)
        }
        guard let bytes else { throw StoreError.chunkMissing(piece) }
        return bytes
      }
    } catch let error as SubprocessError {
      try Interruption.check()
      throw RemoteProblem.incomplete(id, "git does not take its objects: \(error.message)")
    } catch let error as StoreError { throw RemoteProblem.incomplete(id, "\(error)") }
  }
}

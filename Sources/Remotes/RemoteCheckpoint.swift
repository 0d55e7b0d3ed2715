// What a remote says of one checkpoint. It is written last: with it the remote has the checkpoint.

import Checkpoints
import ChunkStore
import FileSystem
import Git

package struct RemoteCheckpoint: Codable, Sendable {
  static let currentFormat = 1
  /// Bytes of a file: it lists the user's branches and tags.
  static let limit = 64 << 20
  /// Bytes of a piece of a pack of git's, at most.
  static let pieceLimit = 4 << 20

  /// A pack of git's, in pieces.
  struct HistoryPack: Codable, Sendable {
    var byteCount: Int
    var pieces: [ChunkID]
  }

  var format = currentFormat
  /// The machine that pushed it.
  package var host: String
  package var pushedAt: Timestamp
  /// The manifest, exactly as it was recorded.
  var manifest: String
  /// Everything that its refs lead to, in the order in which git takes them. Those before the last one came with earlier
  /// checkpoints.
  var history: [HistoryPack]
  /// The checkpoint's own refs, and the user's branches and tags when it was pushed.
  var refs: [String: ObjectID]

  package var manifestBytes: [UInt8] { Array(manifest.utf8) }

  /// The user's own, as they were when it was pushed.
  var branchesAndTags: [(name: String, target: ObjectID)] {
    refs.filter { $0.key.hasExactly(prefix: "refs/heads/") || $0.key.hasExactly(prefix: "refs/tags/") }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Refs of the checkpoint itself.
  func ownRefs(of id: CheckpointID) -> [(name: String, target: ObjectID)] {
    refs.filter { $0.key.hasExactly(prefix: id.refPrefix) }.sorted { $0.key < $1.key }.map {
      ($0.key, $0.value)
    }
  }
}

extension RemoteCheckpoint: StoredDocument {
  package func check() throws {
    if format > Self.currentFormat { throw ForeignValue("it has the newer format \(format)") }
    for ref in refs.keys {
      let name = ["refs/heads/", "refs/tags/", CheckpointID.refRoot].lazy.compactMap { ref.rest(after: $0) }
        .first
      guard let name, HeadDestination.isBranch(name), !name.hasExactly(prefix: "-"), ref != "refs/heads/HEAD",
        !ref.hasExactly(prefix: "refs/tags/checkpoint/")
      else { throw ForeignValue("it names a ref that is none") }
    }
    if history.isEmpty && !refs.isEmpty { throw ForeignValue("it has refs, and no objects") }
    for pack in history {
      guard pack.byteCount > 0, pack.byteCount <= pack.pieces.count * Self.pieceLimit else {
        throw ForeignValue("a pack of its has a size that is none")
      }
    }
  }
}

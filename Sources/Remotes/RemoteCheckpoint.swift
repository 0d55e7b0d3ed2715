// What a remote says of one checkpoint. It is written last: with it the remote has the checkpoint.

import Checkpoints
import ChunkStore
import FileSystem
import Git

package struct RemoteCheckpoint: Codable, Sendable {
  static let currentFormat = 1
  /// Bytes of a file: it lists the user's branches and tags.
  static let limit = 64 << 20

  /// A pack of git's, in pieces.
  struct HistoryPack: Codable, Sendable {
    var byteCount: Int
    var pieces: [ChunkID]
  }

  var format = currentFormat
  /// The store that recorded it, by a mark that no other has.
  package var origin: String
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
  /// True if git had not all objects, as in a partial clone.
  var isPartial: Bool?

  package var manifestBytes: [UInt8] { Array(manifest.utf8) }

  package func decodedManifest() throws -> Manifest { try JSON.decode(Manifest.self, from: manifestBytes) }

  /// Refs of the checkpoint itself, without its public tag.
  func ownRefs(of id: CheckpointID) -> [(name: String, target: ObjectID)] {
    [id.stateRef, id.headRef, id.tagRef].compactMap { name in refs[name].map { (name, $0) } }
  }
}

extension RemoteCheckpoint: StoredDocument {
  package func check() throws {
    if format > Self.currentFormat { throw ForeignValue("it has the newer format \(format)") }
    if origin.isEmpty || origin.utf8.contains(UInt8(ascii: "/")) { throw ForeignValue("it names no store") }
  }
}

// The names of a remote's files. Each ends in the SHA-256 of its contents, so that a file which is there is the one that is
// meant, nothing is ever changed, and two machines can write at once.

import Checkpoints
import ChunkStore
import FileSystem

enum RemoteLayout {
  static let packs: BytePath = "packs"
  static let indexes: BytePath = "indexes"
  static let checkpoints: BytePath = "checkpoints"

  static func pack(_ digest: ChunkID) -> BytePath { divided(packs, digest) }
  static func index(_ digest: ChunkID) -> BytePath { divided(indexes, digest) }

  private static func divided(_ directory: BytePath, _ digest: ChunkID) -> BytePath {
    let name = "\(digest)"
    return directory.appending(String(name.prefix(2))).appending(name)
  }

  /// - Parameter origin: the store that recorded it.
  static func checkpoint(_ id: CheckpointID, of origin: String, _ digest: ChunkID) -> BytePath {
    checkpoints.appending(origin).appending("\(id).\(digest)")
  }

  /// The SHA-256 in the name of a pack or an index; nil for other files.
  static func digest(in name: BytePath) -> ChunkID? { name.lastComponent.exactText.flatMap { ChunkID($0) } }

  /// What the name of a checkpoint says; nil for other files.
  static func checkpoint(in name: BytePath) -> (id: CheckpointID, digest: ChunkID)? {
    guard let text = name.lastComponent.exactText, let dot = text.unicodeScalars.lastIndex(of: "."),
      let id = CheckpointID(String(text[..<dot])),
      let digest = ChunkID(String(text.unicodeScalars[dot...].dropFirst()))
    else { return nil }
    return (id, digest)
  }
}

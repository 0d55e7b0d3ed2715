// Which chunks are in which packs. A file of a remote has the lines of the packs that one push wrote:
//
//     checkpoint index 1
//     pack SHA256 BYTES
//     SHA256 OFFSET BYTES     for each chunk in it

import ChunkStore
import FileSystem

struct RemoteIndex {
  private static let header = "checkpoint index 1"
  /// Bytes of a file: of some two million chunks.
  static let limit = 256 << 20

  struct Place {
    var pack: ChunkID
    var range: Range<Int>
  }

  struct Pack {
    var byteCount: Int
    var chunks: [(id: ChunkID, range: Range<Int>)] = []
  }

  private(set) var places: [ChunkID: Place] = [:]

  /// - Parameter isThere: whether the remote has a pack of this size.
  /// - Returns: false for a file that is no index.
  mutating func add(_ bytes: [UInt8], isThere: (ChunkID, Int) -> Bool) -> Bool {
    var lines = bytes.split(separator: 0x0A)[...]
    guard let first = lines.popFirst(), first.elementsEqual(Self.header.utf8) else { return false }
    var pack: (id: ChunkID, byteCount: Int, isThere: Bool)?
    for line in lines {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard words.count == 3 else { return false }
      if words[0] == "pack" {
        guard let id = ChunkID(words[1]), let byteCount = Int(words[2]), byteCount >= 0 else { return false }
        pack = (id, byteCount, isThere(id, byteCount))
        continue
      }
      guard let pack, let id = ChunkID(words[0]), let offset = Int(words[1]), let count = Int(words[2]),
        offset >= 0, count > 0, offset <= pack.byteCount, count <= pack.byteCount - offset
      else { return false }
      if pack.isThere { places[id] = Place(pack: pack.id, range: offset..<(offset + count)) }
    }
    return true
  }

  mutating func add(_ packs: [ChunkID: Pack]) {
    for (id, pack) in packs {
      for chunk in pack.chunks { places[chunk.id] = Place(pack: id, range: chunk.range) }
    }
  }

  static func encode(_ packs: [ChunkID: Pack]) -> [UInt8] {
    var text = header + "\n"
    for (id, pack) in packs.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      text += "pack \(id) \(pack.byteCount)\n"
      for chunk in pack.chunks { text += "\(chunk.id) \(chunk.range.lowerBound) \(chunk.range.count)\n" }
    }
    return Array(text.utf8)
  }
}

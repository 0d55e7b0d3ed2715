// Which chunks are in which packs. A file of a remote has the lines of one pack:
//
//     checkpoint index 1
//     pack SHA256 BYTES
//     SHA256 OFFSET BYTES     for each chunk in it
//
// A chunk can be in several packs, because two machines pushed it at once, or because one of them is damaged.

import ChunkStore
import FileSystem

struct RemoteIndex {
  private static let header = "checkpoint index 1"
  /// Bytes of a file, which has as many lines as a pack has chunks (`RemotePackWriter`).
  static let limit = 16 << 20
  /// Bytes of a frame: a chunk contains at least one row, and a row at most 1 GiB.
  static let frameLimit = 2 << 30

  /// Bytes of a pack: it is closed at 16 MiB, which its last frame may exceed.
  static let packLimit = frameLimit + (32 << 20)

  struct Place: Hashable {
    var pack: ChunkID
    var range: Range<Int>
  }

  struct Pack {
    var id: ChunkID
    var byteCount: Int
    var chunks: [(id: ChunkID, range: Range<Int>)] = []
  }

  private(set) var places: [ChunkID: [Place]] = [:]

  mutating func add(_ pack: Pack) {
    for chunk in pack.chunks {
      let place = Place(pack: pack.id, range: chunk.range)
      if places[chunk.id]?.contains(place) != true { places[chunk.id, default: []].append(place) }
    }
  }

  mutating func remove(_ place: Place, of chunk: ChunkID) {
    places[chunk]?.removeAll { $0 == place }
    if places[chunk]?.isEmpty == true { places[chunk] = nil }
  }

  /// - Returns: nil for a file that is no index.
  static func pack(in bytes: [UInt8]) -> Pack? {
    var pack: Pack?
    var start = bytes.startIndex
    var number = 0
    while start < bytes.endIndex {
      guard let end = bytes[start...].firstIndex(of: 0x0A), end - start < 200 else { return nil }
      let line = bytes[start..<end]
      (start, number) = (end + 1, number + 1)
      if number == 1 {
        guard line.elementsEqual(header.utf8) else { return nil }
        continue
      }
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 3 else { return nil }
      if number == 2 {
        guard words[0] == "pack", let id = ChunkID(words[1]), let count = Int(words[2]), count > 0 else {
          return nil
        }
        pack = Pack(id: id, byteCount: count)
        continue
      }
      guard let whole = pack?.byteCount, let id = ChunkID(words[0]), let offset = Int(words[1]),
        let count = Int(words[2]), offset >= 0, count > 0, count <= frameLimit, offset <= whole,
        count <= whole - offset
      else { return nil }
      pack?.chunks.append((id, offset..<(offset + count)))
    }
    return pack
  }

  static func encode(_ pack: Pack) -> [UInt8] {
    var text = "\(header)\npack \(pack.id) \(pack.byteCount)\n"
    for chunk in pack.chunks { text += "\(chunk.id) \(chunk.range.lowerBound) \(chunk.range.count)\n" }
    return Array(text.utf8)
  }
}

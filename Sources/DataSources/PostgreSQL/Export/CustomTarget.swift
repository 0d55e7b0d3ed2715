// pg_dump's custom format: one file, in which each entry's data is in parts that begin with their length.

import Codecs
import Glibc

final class CustomTarget: ArchiveTarget {
  let container = DeflateContainer.zlib
  private let output: ArchiveOutput
  private let sink: ([UInt8]) throws -> Void
  private var position = 0
  /// The offset of each entry's data.
  private(set) var offsets: [Int: Int] = [:]

  init(_ contents: ArchiveContents, _ sink: @escaping ([UInt8]) throws -> Void) throws {
    output = ArchiveOutput(
      integerByteCount: Int(contents.header.integerByteCount),
      offsetByteCount: Int(contents.header.offsetByteCount))
    self.sink = sink
    try put(contents.encoded)
  }

  private func put(_ bytes: [UInt8]) throws {
    try sink(bytes)
    position += bytes.count
  }

  private func integer(_ value: Int) -> [UInt8] {
    var output = output
    output.integer(value)
    return output.bytes
  }

  func write(_ bytes: [UInt8]) throws { try put(integer(bytes.count) + bytes) }

  private func begin(_ entry: Int, _ kind: UInt8) throws {
    offsets[entry] = position
    try put([kind] + integer(entry))
  }

  func beginData(_ entry: Int) throws { try begin(entry, 1) }
  func endData() throws { try put(integer(0)) }
  func beginObjects(_ entry: Int) throws { try begin(entry, 3) }
  func beginObject(_ oid: Int) throws { try put(integer(oid)) }
  func endObject() throws { try put(integer(0)) }
  func endObjects() throws { try put(integer(0)) }

  /// The table of contents with the offsets of all data; it has the same length as without them.
  func located(_ contents: ArchiveContents) -> [UInt8] {
    var contents = contents
    for index in contents.entries.indices {
      guard let offset = offsets[contents.entries[index].dumpID] else { continue }
      contents.entries[index].location = .offset(state: 2, UInt64(offset))
    }
    return contents.encoded
  }
}

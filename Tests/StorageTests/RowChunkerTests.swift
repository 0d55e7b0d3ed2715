// Rows cut into chunks: nothing lost, cuts only between rows, and the same cuts for the same rows wherever
// they stand.

import Codecs
import Testing

@testable import ChunkStore

@Suite("Chunks of rows")
struct RowChunkerTests {
  private static let sizes = ChunkSizes(minimum: 1000, average: 4000, maximum: 16_000)

  @Test("the chunks, one after another, are the rows", arguments: [0, 1, 2, 100, 20_000])
  func concatenation(count: Int) throws {
    let rows = Sample.rows(count)
    let chunks = try cut(rows: rows, Self.sizes)
    #expect(Array(chunks.map(\.bytes).joined()) == Array(rows.joined()))
    #expect(chunks.reduce(RowFingerprint()) { $0 + $1.rows } == Sample.fingerprint(rows))
  }

  @Test("every chunk ends where a row ends and knows the fingerprint of its rows")
  func boundaries() throws {
    for chunk in try cut(rows: Sample.rows(5000), Self.sizes) {
      #expect(chunk.bytes.last == 0x0A)
      var fingerprint = RowFingerprint()
      chunk.bytes.withUnsafeBytes { fingerprint.add(lines: $0) }
      #expect(fingerprint == chunk.rows)
    }
  }

  @Test("chunks keep to their sizes, and come near the average")
  func keepsToSizes() throws {
    let chunks = try cut(rows: Sample.rows(20_000), Self.sizes).map(\.bytes.count)
    #expect(chunks.allSatisfy { $0 <= Self.sizes.maximum })
    #expect(chunks.dropLast().allSatisfy { $0 >= Self.sizes.minimum })
    let average = chunks.reduce(0, +) / chunks.count
    #expect((2500...5500).contains(average))
  }

  @Test("a row inserted in the middle changes few chunks", arguments: [1, 4000, 9999, 19_999])
  func insertion(at position: Int) throws {
    let rows = Sample.rows(20_000)
    var changed = rows
    changed.insert(Array("a new row\n".utf8), at: position)
    let before = Set(try cut(rows: rows, Self.sizes).map(\.bytes))
    let after = try cut(rows: changed, Self.sizes).map(\.bytes)
    #expect(after.count { !before.contains($0) } <= 4)
  }

  @Test("rows removed or changed change few chunks")
  func removal() throws {
    let rows = Sample.rows(20_000)
    var changed = rows
    changed.removeSubrange(5000..<5100)
    changed[12_000] = Array("changed\n".utf8)
    let before = Set(try cut(rows: rows, Self.sizes).map(\.bytes))
    let after = try cut(rows: changed, Self.sizes).map(\.bytes)
    #expect(after.count { !before.contains($0) } <= 8)
  }

  @Test("the same rows are cut at the same places after other rows")
  func sameContentSameCuts() throws {
    let rows = Sample.rows(10_000)
    let alone = try cut(rows: rows, Self.sizes).map(\.bytes)
    let behind = Set(try cut(rows: Sample.rows(3000, seed: 77) + rows, Self.sizes).map(\.bytes))
    #expect(alone.count { !behind.contains($0) } <= 3)
    #expect(alone == (try cut(rows: rows, Self.sizes).map(\.bytes)))
  }

  @Test("a row larger than the largest chunk becomes a chunk of its own")
  func largeRow() throws {
    let large = [UInt8](repeating: UInt8(ascii: "L"), count: 100_000) + [0x0A]
    let rows = Sample.rows(50)
    let chunks = try cut(rows: rows + [large] + rows + [large, large] + rows, Self.sizes)
    #expect(chunks.count { $0.bytes == large } == 3)
    #expect(
      Array(chunks.map(\.bytes).joined()) == Array((rows + [large] + rows + [large, large] + rows).joined()))
    #expect(chunks.allSatisfy { $0.bytes == large || $0.bytes.count <= Self.sizes.maximum })
  }

  @Test("equal rows, whose hash never ends a chunk, are cut at the maximum")
  func monotonous() throws {
    let rows = [[UInt8]](repeating: Array("the same\n".utf8), count: 10_000)
    let chunks = try cut(rows: rows, Self.sizes)
    #expect(chunks.allSatisfy { $0.bytes.count <= Self.sizes.maximum })
    #expect(Array(chunks.map(\.bytes).joined()) == Array(rows.joined()))
  }

  @Test("a chunker can take the next range after it has finished one")
  func ranges() throws {
    let rows = Sample.rows(3000)
    var chunks: [[UInt8]] = []
    let chunker = RowChunker(sizes: Self.sizes) { bytes, _ in chunks.append(Array(bytes)) }
    for range in [rows[..<1000], rows[1000..<1000], rows[1000...]] {
      for row in range { try row.withUnsafeBytes { try chunker.append(row: $0) } }
      try chunker.finish()
    }
    let expected =
      try cut(rows: Array(rows[..<1000]), Self.sizes) + cut(rows: Array(rows[1000...]), Self.sizes)
    #expect(chunks == expected.map(\.bytes))
  }

  @Test("an error of the receiver is passed on")
  func failingReceiver() {
    struct Full: Error {}
    let chunker = RowChunker(sizes: Self.sizes) { _, _ in throw Full() }
    #expect(throws: Full.self) {
      for row in Sample.rows(1000) { try row.withUnsafeBytes { try chunker.append(row: $0) } }
    }
  }
}

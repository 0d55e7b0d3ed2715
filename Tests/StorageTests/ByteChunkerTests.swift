// Bytes without rows cut into chunks by a rolling hash.

import Testing

@testable import ChunkStore

@Suite("Chunks of bytes")
struct ByteChunkerTests {
  private static let sizes = ChunkSizes(minimum: 1000, average: 4000, maximum: 16_000)
  private static let noise: [UInt8] = {
    var random = FixedRandom(5)
    return random.bytes(1_000_000)
  }()

  @Test(
    "the chunks, one after another, are the bytes",
    arguments: [0, 1, 999, 1000, 1001, 16_000, 16_001, 300_000])
  func concatenation(count: Int) throws {
    let bytes = Array(Self.noise[..<count])
    #expect(Array(try cut(bytes, Self.sizes).joined()) == bytes)
  }

  @Test("cuts do not depend on the pieces in which the bytes come", arguments: [1, 7, 999, 4096, 65_536])
  func pieces(size: Int) throws {
    let bytes = Array(Self.noise[..<200_000])
    #expect(try cut(bytes, Self.sizes, pieces: size) == cut(bytes, Self.sizes))
  }

  @Test("chunks keep to their sizes, and come near the average")
  func keepsToSizes() throws {
    let chunks = try cut(Self.noise, Self.sizes).map(\.count)
    #expect(chunks.allSatisfy { $0 <= Self.sizes.maximum })
    #expect(chunks.dropLast().allSatisfy { $0 >= Self.sizes.minimum })
    #expect((2500...5500).contains(Self.noise.count / chunks.count))
  }

  @Test("bytes without a pattern to cut at are cut at the maximum")
  func zeros() throws {
    let chunks = try cut([UInt8](repeating: 0, count: 40_000), Self.sizes)
    #expect(chunks.reduce(0) { $0 + $1.count } == 40_000)
    #expect(chunks.allSatisfy { $0.count <= Self.sizes.maximum })
  }

  @Test("a byte inserted in the middle changes few chunks", arguments: [0, 100_000, 500_000, 999_999])
  func insertion(at position: Int) throws {
    var changed = Self.noise
    changed.insert(0x55, at: position)
    let before = Set(try cut(Self.noise, Self.sizes))
    #expect(try cut(changed, Self.sizes).count { !before.contains($0) } <= 4)
  }

  @Test("a chunker can take the next stream after it has finished one")
  func reuse() throws {
    var chunks: [[UInt8]] = []
    let chunker = ByteChunker(sizes: Self.sizes) { chunks.append(Array($0)) }
    let bytes = Array(Self.noise[..<50_000])
    for _ in 0..<2 {
      try bytes.withUnsafeBytes { try chunker.append($0) }
      try chunker.finish()
    }
    let once = try cut(bytes, Self.sizes)
    #expect(chunks == once + once)
  }

  @Test("the standard sizes cut as they always did: other cuts would store everything again")
  func stableCuts() throws {
    var random = FixedRandom(42)
    let sizes = try cut(random.bytes(6_000_000), .standard).map(\.count)
    #expect(sizes == Self.recorded)
  }

  private static let recorded = [305_942, 1_499_646, 754_885, 1_050_041, 1_415_374, 548_243, 425_869]
}

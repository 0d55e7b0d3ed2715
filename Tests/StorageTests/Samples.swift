// Contents for these tests: the same on every run and machine, and with no pattern unless one is asked for.

import Codecs

@testable import ChunkStore

/// SplitMix64: numbers without a pattern from a seed.
struct FixedRandom: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(count + 8)
    while out.count < count { withUnsafeBytes(of: next()) { out.append(contentsOf: $0) } }
    return Array(out.prefix(count))
  }
}

enum Sample {
  /// Rows of COPY text between 20 and 120 bytes.
  static func rows(_ count: Int, seed: UInt64 = 1) -> [[UInt8]] {
    var random = FixedRandom(seed)
    return (0..<count).map { number in
      let text = String(random.next(), radix: 36)
      let filler = String(repeating: "x", count: Int(random.next() % 90))
      return Array("\(number)\t\(text)\t\(filler)\n".utf8)
    }
  }

  static func fingerprint(_ rows: [[UInt8]]) -> RowFingerprint {
    var fingerprint = RowFingerprint()
    for row in rows { row.withUnsafeBytes { _ = fingerprint.add(row: $0) } }
    return fingerprint
  }
}

/// The chunks of these rows and the fingerprint of each.
func cut(rows: [[UInt8]], _ sizes: ChunkSizes) throws -> [(bytes: [UInt8], rows: RowFingerprint)] {
  var chunks: [(bytes: [UInt8], rows: RowFingerprint)] = []
  let chunker = RowChunker(sizes: sizes) { chunks.append((Array($0), $1)) }
  for row in rows { try row.withUnsafeBytes { try chunker.append(row: $0) } }
  try chunker.finish()
  return chunks
}

/// The chunks of these bytes, given in pieces of the size.
func cut(_ bytes: [UInt8], _ sizes: ChunkSizes, pieces: Int = .max) throws -> [[UInt8]] {
  var chunks: [[UInt8]] = []
  let chunker = ByteChunker(sizes: sizes) { chunks.append(Array($0)) }
  var start = 0
  while start < bytes.count {
    let end = pieces > bytes.count - start ? bytes.count : start + pieces
    try bytes[start..<end].withUnsafeBytes { try chunker.append($0) }
    start = end
  }
  try chunker.finish()
  return chunks
}

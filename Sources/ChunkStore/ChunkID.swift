// A chunk's name: the SHA-256 of its uncompressed bytes.

import Codecs
import FileSystem

package struct ChunkID: Hashable, Sendable {
  /// Of a name.
  static let digitCount = 2 * SHA256.byteCount

  // Four words instead of an array, because hundreds of thousands of them are in memory.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Parameter digest: exactly 32 bytes.
  package init?(digest: [UInt8]) {
    guard digest.count == SHA256.byteCount else { return nil }
    func word(_ index: Int) -> UInt64 {
      digest[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// 32 bytes.
  package var digest: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  package init?(_ hexadecimal: some StringProtocol) {
    var text = String(hexadecimal)
    guard let id = text.withUTF8({ ChunkID(hexadecimal: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = id
  }

  /// - Parameter digits: without capital letters.
  init?(hexadecimal digits: UnsafeRawBufferPointer) {
    guard digits.count == Self.digitCount else { return nil }
    // Hundreds of thousands are read at once, so it is done without a call for each digit.
    var invalid: UInt8 = 0
    func word(_ index: Int) -> UInt64 {
      var word: UInt64 = 0
      for place in index * 16..<index * 16 + 16 {
        let digit = digits[place]
        let (number, letter) = (digit &- UInt8(ascii: "0"), digit &- UInt8(ascii: "a"))
        invalid |= number < 10 || letter < 6 ? 0 : 1
        word = word << 4 | UInt64(number < 10 ? number : letter &+ 10)
      }
      return word
    }
    words = (word(0), word(1), word(2), word(3))
    if invalid != 0 { return nil }
  }

  /// A number that is evenly distributed, as the digests are.
  package var leadingNumber: UInt { UInt(words.0) }

  package static func == (left: ChunkID, right: ChunkID) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension ChunkID: TextCodable {
  package var description: String {
    String(unsafeUninitializedCapacity: Self.digitCount) { out in
      var count = 0
      write { digit in
        out.initializeElement(at: count, to: digit)
        count += 1
      }
      return count
    }
  }

  /// Calls `body` with each digit.
  @inline(__always)
  func write(_ body: (UInt8) -> Void) {
    for word in [words.0, words.1, words.2, words.3] {
      for shift in stride(from: 60, through: 0, by: -4) {
        body(LowercaseHexadecimal.digit(UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15))
      }
    }
  }
}

// Where a row is: its side, the chunk in that side's list, and the bytes before it in the chunk. All three are in one number,
// because millions of them are kept.

struct RowPlace: Hashable, Comparable {
  var bits: UInt64

  static let largestOffset = (1 << 34) - 1

  /// - Parameters:
  ///   - chunk: less than 2²⁹.
  ///   - offset: at most `largestOffset`.
  init(_ side: RowSide, chunk: Int, offset: Int) {
    bits = (side.rawValue << 63) | (UInt64(chunk) << 34) | UInt64(offset)
  }

  init(bits: UInt64) { self.bits = bits }

  var side: RowSide { bits >> 63 == 0 ? .before : .after }
  var chunk: Int { Int((bits << 1) >> 35) }
  var offset: Int { Int(bits & UInt64(Self.largestOffset)) }

  static func < (one: RowPlace, other: RowPlace) -> Bool { one.bits < other.bits }
}

// Matches two streams of rows, most of which are the same in the same order. Equal stretches are skipped as bytes, and rows
// that differ are kept until they turn up on the other side, at any place. How the streams are aligned affects only the
// speed, never the result: equal rows cancel each other out, one for one.

import Codecs
import Glibc

struct RowMatcher {
  /// The positions of the key's fields; empty if the whole row is the key.
  private let key: [Int]
  /// Rows whose keys have other hashes are ignored.
  private let hashes: ClosedRange<UInt64>
  private(set) var unmatched = UnmatchedRows()
  private(set) var changed = 0
  /// The first changed rows, with their places on both sides.
  private(set) var pairs: [(before: RowPlace, after: RowPlace)] = []
  private let pairLimit: Int
  private var lookahead = Self.farthest

  /// The number of lines that are searched to find out which side has additional rows.
  private static let farthest = 64

  init(key: [Int], hashes: ClosedRange<UInt64>, pairLimit: Int) {
    (self.key, self.hashes, self.pairLimit) = (key, hashes, pairLimit)
  }

  /// A piece, and how far it was read.
  struct Cursor {
    var piece: RowPiece
    var position = 0
    var isAtEnd: Bool { position >= piece.bytes.count }

    init(_ piece: RowPiece) { self.piece = piece }
  }

  /// Takes the rest of a piece as rows without a partner in the same place.
  mutating func take(_ cursor: inout Cursor, _ side: RowSide) {
    let piece = cursor.piece
    var position = cursor.position
    piece.bytes.withUnsafeBytes { bytes in
      while position < bytes.count { takeRow(bytes, &position, piece.chunk, side) }
    }
    cursor.position = position
  }

  private mutating func takeRow(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ chunk: Int, _ side: RowSide
  ) {
    let end = position + LineScan.end(of: UnsafeRawBufferPointer(rebasing: bytes[position...]))
    let row = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
    let hash = ContentHash.of(row)
    let keyHash = key.isEmpty ? hash : RowFields.hash(of: key, in: row)
    if hashes.contains(keyHash) {
      let place = RowPlace(side, chunk: chunk, offset: position)
      switch unmatched.add(key: keyHash, row: hash, at: place) {
      case .changed(let other):
        changed += 1
        if pairs.count < pairLimit {
          pairs.append(side == .before ? (place, other) : (other, place))
        }
      case .matched, .waiting: break
      }
    }
    position = end
  }

  /// Continues until one of the pieces is used up.
  mutating func match(_ before: inout Cursor, _ after: inout Cursor) {
    let (one, other) = (before.piece, after.piece)
    var (left, right) = (before.position, after.position)
    one.bytes.withUnsafeBytes { old in
      other.bytes.withUnsafeBytes { new in
        while left < old.count && right < new.count {
          let same = Self.commonRows(old, left, new, right)
          (left, right) = (left + same, right + same)
          guard left < old.count, right < new.count else { return }
          let (skipOld, skipNew) = skips(old, left, new, right)
          for _ in 0..<skipOld { takeRow(old, &left, one.chunk, .before) }
          for _ in 0..<skipNew { takeRow(new, &right, other.chunk, .after) }
        }
      }
    }
    (before.position, after.position) = (left, right)
  }

  /// The length of the whole rows that are the same from here on.
  private static func commonRows(
    _ old: UnsafeRawBufferPointer, _ oldStart: Int, _ new: UnsafeRawBufferPointer, _ newStart: Int
  ) -> Int {
    let limit = min(old.count - oldStart, new.count - newStart)
    guard limit > 0, let one = old.baseAddress, let other = new.baseAddress else { return 0 }
    let (left, right) = (one + oldStart, other + newStart)
    var count = 0
    var step = 256
    while count < limit {
      let length = min(step, limit - count)
      if memcmp(left + count, right + count, length) != 0 { break }
      count += length
      step = min(step * 2, 1 << 16)
    }
    // In the step with the difference, compare eight bytes and then one at a time.
    while count + 8 <= limit,
      left.loadUnaligned(fromByteOffset: count, as: UInt64.self)
        == right.loadUnaligned(fromByteOffset: count, as: UInt64.self)
    { count += 8 }
    while count < limit, old[oldStart + count] == new[newStart + count] { count += 1 }
    // Go back to the end of the last whole row.
    while count > 0 && old[oldStart + count - 1] != 0x0A { count -= 1 }
    return count
  }

  /// The number of rows to take from each side until both may be equal again. Both have at least one more row.
  private mutating func skips(
    _ old: UnsafeRawBufferPointer, _ oldStart: Int, _ new: UnsafeRawBufferPointer, _ newStart: Int
  ) -> (Int, Int) {
    func length(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
      LineScan.end(of: UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
    let (oldLength, newLength) = (length(old, oldStart), length(new, newStart))
    func isSame(
      _ one: UnsafeRawBufferPointer, _ start: Int, _ count: Int, _ other: UnsafeRawBufferPointer, _ place: Int
    ) -> Bool {
      guard start + count <= one.count, let left = one.baseAddress, let right = other.baseAddress else {
        return false
      }
      return memcmp(left + start, right + place, count) == 0
    }
    var (oldNext, newNext) = (oldStart + oldLength, newStart + newLength)
    for count in 1...lookahead {
      if oldNext < old.count {
        if isSame(old, oldNext, newLength, new, newStart) {
          lookahead = Self.farthest
          return (count, 0)
        }
        oldNext += length(old, oldNext)
      }
      if newNext < new.count {
        if isSame(new, newNext, oldLength, old, oldStart) {
          lookahead = Self.farthest
          return (0, count)
        }
        newNext += length(new, newNext)
      }
    }
    // If everything is in another order, looking ahead is wasted time.
    lookahead = max(2, lookahead / 2)
    return (1, 1)
  }
}

// Compares the rows of one table on two sides: how many were added, removed and changed, and which. Only chunks that are on
// one side only are read. Memory is bounded: if too many rows wait for a partner, the pass starts over with the rows whose
// keys have a hash in the lower half, and the others get passes of their own.

import ChunkStore
import Codecs
import FileSystem

struct RowComparison {
  /// The number of waiting rows that takes about 16 MiB.
  static let standardWaiting = 390_000

  /// One side's table, and how its chunks are read.
  struct Side: Sendable {
    var chunks: [ChunkReference]
    /// The stretch of each chunk.
    var stretches: [Int]
    /// Converts its rows to the columns that both sides have; nil if they have them already.
    var transform: RowTransform?
    var makeReader: @Sendable () -> ChunkReader
  }

  let before: Side
  let after: Side
  /// Positions of the primary key's columns among the columns that are compared.
  let key: [Int]
  var mostWaiting = Self.standardWaiting
  /// The number of rows of each kind that are listed.
  var limit = 0
  var progress: (Int) -> Void = { _ in }

  struct Found {
    var added = 0
    var removed = 0
    var changed = 0
    var bytesRead = 0
    var pairs: [(before: RowPlace, after: RowPlace)] = []
    var onlyBefore: [RowPlace] = []
    var onlyAfter: [RowPlace] = []
  }

  func run() throws -> Found {
    var found = Found()
    var (lower, width) = (UInt64.min, UInt64.max)
    while true {
      let upper = width > .max - lower ? .max : lower + width
      guard let matcher = try pass(lower...upper, &found) else {
        width /= 2
        continue
      }
      let (gone, come) = (matcher.unmatched.rows(of: .before), matcher.unmatched.rows(of: .after))
      found.changed += matcher.changed
      found.removed += gone.reduce(0) { $0 + $1.copies }
      found.added += come.reduce(0) { $0 + $1.copies }
      found.pairs += matcher.pairs
      found.onlyBefore += first(gone, besides: found.onlyBefore.count)
      found.onlyAfter += first(come, besides: found.onlyAfter.count)
      if upper == .max { return found }
      lower = upper + 1
    }
  }

  private func first(_ rows: [(place: RowPlace, copies: Int)], besides count: Int) -> [RowPlace] {
    var places: [RowPlace] = []
    for row in rows where places.count < limit - count {
      places += Array(repeating: row.place, count: min(row.copies, limit - count - places.count))
    }
    return places
  }

  /// Compares the rows whose keys have a hash among `hashes`.
  /// - Returns: nil if too many rows wait for a partner.
  private func pass(_ hashes: ClosedRange<UInt64>, _ found: inout Found) throws -> RowMatcher? {
    var matcher = RowMatcher(key: key, hashes: hashes, pairLimit: limit - found.pairs.count)
    let (old, new) = (RowFeed(before), RowFeed(after))
    defer {
      old.stop()
      new.stop()
    }
    var (left, right): (RowMatcher.Cursor?, RowMatcher.Cursor?)
    while true {
      if left?.isAtEnd ?? true { left = try next(old, &found) }
      if right?.isAtEnd ?? true { right = try next(new, &found) }
      if left == nil && right == nil { return matcher }
      let leftStretch = left?.piece.stretch ?? .max
      let rightStretch = right?.piece.stretch ?? .max
      if leftStretch < rightStretch {
        if var cursor = left.take() { matcher.take(&cursor, .before) }
      } else if rightStretch < leftStretch {
        if var cursor = right.take() { matcher.take(&cursor, .after) }
      } else if var (one, other) = Self.both(&left, &right) {
        matcher.match(&one, &other)
        (left, right) = (one, other)
      }
      if matcher.unmatched.count > mostWaiting && hashes.lowerBound < hashes.upperBound { return nil }
    }
  }

  private func next(_ feed: RowFeed, _ found: inout Found) throws -> RowMatcher.Cursor? {
    try Interruption.check()
    guard let piece = try feed.next() else { return nil }
    found.bytesRead += piece.bytes.count
    progress(piece.bytes.count)
    return RowMatcher.Cursor(piece)
  }

  private static func both(
    _ left: inout RowMatcher.Cursor?, _ right: inout RowMatcher.Cursor?
  ) -> (RowMatcher.Cursor, RowMatcher.Cursor)? {
    guard let one = left.take(), let other = right.take() else { return nil }
    return (one, other)
  }

  /// Reads the text of rows, by their places.
  func rows(at places: [RowPlace]) throws -> [RowPlace: [UInt8]] {
    var found: [RowPlace: [UInt8]] = [:]
    for side in [RowSide.before, .after] {
      let origin = side == .before ? before : after
      let reader = origin.makeReader()
      let byChunk = Dictionary(grouping: places.filter { $0.side == side }) { $0.chunk }
      for (chunk, places) in byChunk.sorted(by: { $0.key < $1.key }) {
        try Interruption.check()
        try origin.withRows(of: chunk, reader) { bytes in
          for place in places where place.offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[place.offset...])
            found[place] = Array(rest[..<LineScan.end(of: rest)])
          }
        }
      }
    }
    return found
  }
}

extension RowComparison.Side {
  func withRows<Result>(
    of chunk: Int, _ reader: ChunkReader, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try reader.withPiece(chunks[chunk]) { bytes in
      guard let transform else { return try body(bytes) }
      var output: [UInt8] = []
      output.reserveCapacity(bytes.count)
      transform.apply(to: bytes, into: &output)
      return try output.withUnsafeBytes(body)
    }
  }
}

/// One side's rows piece by piece, prepared ahead by another thread.
private struct RowFeed {
  private let conveyor: Conveyor<RowPiece>

  init(_ side: RowComparison.Side) {
    conveyor = Conveyor(ahead: 1) { give in
      let reader = side.makeReader()
      for index in side.chunks.indices {
        let bytes = try side.withRows(of: index, reader) { Array($0) }
        try give(RowPiece(bytes: bytes, chunk: index, stretch: side.stretches[index]))
      }
    }
  }

  func next() throws -> RowPiece? { try conveyor.next() }
  func stop() { conveyor.stop() }
}

// Reads numbers and texts in pg_dump's custom and directory formats. Malformed bytes give an error, and never take more
// memory than the input has bytes.

import ChunkStore

/// Bytes come from a closure that returns pieces of any size, and an empty one at the end.
package final class ArchiveInput {
  /// PostgreSQL's own limit for one text.
  private static let longestText = 1 << 30
  /// The longest text that is accepted: a file from elsewhere needs no long texts to be recognized.
  var textLimit = longestText

  private let pull: () throws -> [UInt8]
  private var piece: [UInt8] = []
  private var position = 0
  /// The number of bytes that were read.
  package private(set) var offset = 0
  var integerByteCount = 4
  var offsetByteCount = 8

  package init(_ pull: @escaping () throws -> [UInt8]) { self.pull = pull }

  package convenience init(_ list: ChunkList, _ reader: ChunkReader) {
    var rest = list.chunks[...]
    self.init { try rest.popFirst().map { try reader.bytes(of: $0.id) } ?? [] }
  }

  /// Makes at least one byte available; false at the end.
  private func fill() throws -> Bool {
    while position == piece.count {
      piece = try pull()
      position = 0
      if piece.isEmpty { return false }
    }
    return true
  }

  var isAtEnd: Bool { get throws { try !fill() } }

  func byte() throws -> UInt8 {
    guard try fill() else { throw ArchiveProblem.truncated }
    defer { (position, offset) = (position + 1, offset + 1) }
    return piece[position]
  }

  /// Passes on the next bytes, in pieces that are valid only inside `body`.
  func pieces(_ count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var left = count
    while left > 0 {
      guard try fill() else { throw ArchiveProblem.truncated }
      let taken = min(left, piece.count - position)
      try piece.withUnsafeBytes {
        try body(UnsafeRawBufferPointer(rebasing: $0[position..<(position + taken)]))
      }
      (position, offset, left) = (position + taken, offset + taken, left - taken)
    }
  }

  /// The next piece of any size; empty at the end.
  func rest() throws -> [UInt8] {
    guard try fill() else { return [] }
    defer { (offset, position) = (offset + piece.count - position, piece.count) }
    return position == 0 ? piece : Array(piece[position...])
  }

  func bytes(_ count: Int) throws -> [UInt8] {
    var found: [UInt8] = []
    try pieces(count) { found.append(contentsOf: $0) }
    return found
  }

  /// A sign, then the bytes of the number, the lowest first.
  func integer() throws -> Int {
    let isNegative = try byte() != 0
    let value = try magnitude(integerByteCount)
    guard value <= UInt64(Int32.max) else { throw ArchiveProblem.damaged("the number \(value) is too large") }
    return isNegative ? -Int(value) : Int(value)
  }

  func magnitude(_ byteCount: Int) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in 0..<byteCount { value |= UInt64(try byte()) << UInt64(8 * shift) }
    return value
  }

  /// nil for a missing text, which differs from an empty one.
  func text() throws -> [UInt8]? {
    let count = try integer()
    if count < 0 { return nil }
    guard count <= textLimit else { throw ArchiveProblem.damaged("a text has \(count) bytes") }
    return try bytes(count)
  }

  /// A number that is written as text.
  func textNumber() throws -> Int {
    guard let bytes = try text(), let number = Int(String(decoding: bytes, as: UTF8.self)) else {
      throw ArchiveProblem.damaged("a number is missing")
    }
    return number
  }
}

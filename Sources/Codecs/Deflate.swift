// gzip and zlib streams whose pieces are compressed apart from each other, by several threads. Every piece ends at a
// byte's end and refers to nothing before it, so pieces in their order between a head and an end are one ordinary
// stream (RFC 1950 to 1952).

import CZlib

package enum DeflateContainer: Sendable {
  case gzip, zlib

  /// What stands before the first piece. It tells no time and no name, so that equal contents are equal bytes.
  package var head: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    case .zlib: [0x78, 0x5E]
    }
  }
}

/// What the end of a stream says of everything before it.
package struct DeflateSummary: Sendable {
  package private(set) var container: DeflateContainer
  package private(set) var byteCount = 0
  private var checksum: uLong

  package init(_ container: DeflateContainer) {
    self.container = container
    checksum = container == .gzip ? 0 : 1
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let base = bytes.bindMemory(to: Bytef.self).baseAddress
    checksum =
      container == .gzip
      ? crc32_z(checksum, base, bytes.count) : adler32_z(checksum, base, bytes.count)
    byteCount += bytes.count
  }

  /// Adds what another one says of the bytes that follow.
  package mutating func append(_ next: DeflateSummary) {
    checksum =
      container == .gzip
      ? crc32_combine(checksum, next.checksum, next.byteCount)
      : adler32_combine(checksum, next.checksum, next.byteCount)
    byteCount += next.byteCount
  }

  /// What stands behind the last piece: an empty last block, and the checksum.
  package var end: [UInt8] {
    let sum = UInt32(truncatingIfNeeded: checksum)
    let little = (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0)) }
    let count = (0..<4).map { UInt8(truncatingIfNeeded: byteCount >> (8 * $0)) }
    return [0x03, 0x00] + (container == .gzip ? little + count : little.reversed())
  }
}

/// Compresses one piece after another. Not for use by two threads at once.
package final class DeflateCompressor {
  private let stream: UnsafeMutablePointer<z_stream>
  private let container: DeflateContainer

  package init(_ container: DeflateContainer, level: Int32) throws(ZlibError) {
    self.container = container
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Negative bits of the window: blocks alone. 9 instead of 8 for memory makes text a little smaller.
    let code = deflateInit2_(
      stream, level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    if code != Z_OK { throw ZlibError(code: code) }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Begins a piece, gets its bytes in as many calls as they come in, and gives it back when it is ended.
  package func piece(
    _ body: (_ add: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> (bytes: [UInt8], summary: DeflateSummary) {
    deflateReset(stream)
    var output: [UInt8] = []
    var summary = DeflateSummary(container)
    try body { bytes in
      summary.add(bytes)
      try add(bytes, to: &output, flush: Z_NO_FLUSH)
    }
    try add(UnsafeRawBufferPointer(start: nil, count: 0), to: &output, flush: Z_SYNC_FLUSH)
    return (output, summary)
  }

  private func add(
    _ bytes: UnsafeRawBufferPointer, to output: inout [UInt8], flush: Int32
  ) throws(ZlibError) {
    // zlib counts in 32 bits.
    var rest = bytes
    repeat {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: part.bindMemory(to: Bytef.self).baseAddress)
      stream.pointee.avail_in = uInt(part.count)
      var room = 0
      repeat {
        room = max(1 << 14, part.count / 3)
        let start = output.count
        output.reserveCapacity(start + room)
        output.append(contentsOf: repeatElement(0, count: room))
        let code = output.withUnsafeMutableBufferPointer { buffer in
          stream.pointee.next_out = buffer.baseAddress?.advanced(by: start)
          stream.pointee.avail_out = uInt(room)
          return deflate(stream, flush)
        }
        output.removeLast(Int(stream.pointee.avail_out))
        // That nothing was left to do is no failure.
        if code != Z_OK && code != Z_BUF_ERROR { throw ZlibError(code: code) }
      } while stream.pointee.avail_out == 0
    } while !rest.isEmpty
  }
}

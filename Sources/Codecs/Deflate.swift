// gzip and zlib streams whose pieces are compressed independently, by several threads. Every piece ends at a byte boundary
// and refers to nothing before it. So a header, the pieces in order and a trailer make one ordinary stream (RFC 1950 to
// 1952).

import CZlib

package enum DeflateContainer: Sendable {
  case gzip, zlib

  /// The bytes before the first piece. They contain no time and no name, so that equal contents make equal streams.
  package var head: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    case .zlib: [0x78, 0x5E]
    }
  }
}

/// The size and the checksum of everything in a stream, for its trailer.
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

  /// Adds the summary of the bytes that follow.
  package mutating func append(_ next: DeflateSummary) {
    checksum =
      container == .gzip
      ? crc32_combine(checksum, next.checksum, next.byteCount)
      : adler32_combine(checksum, next.checksum, next.byteCount)
    byteCount += next.byteCount
  }

  /// The bytes after the last piece: an empty last block, and the checksum.
  package var end: [UInt8] {
    let sum = UInt32(truncatingIfNeeded: checksum)
    let little = (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0)) }
    let count = (0..<4).map { UInt8(truncatingIfNeeded: byteCount >> (8 * $0)) }
    return [0x03, 0x00] + (container == .gzip ? little + count : little.reversed())
  }
}

/// Compresses one piece after another. Must not be used by two threads at once.
package final class DeflateCompressor {
  private let stream: UnsafeMutablePointer<z_stream>
  private let container: DeflateContainer

  package init(_ container: DeflateContainer, level: Int32) throws(ZlibError) {
    self.container = container
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // A negative window size means blocks without header and trailer. A memory level of 9 instead of 8 makes text a little
    // smaller.
    let code = deflateInit2_(
      stream, level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    if code != Z_OK { throw ZlibError(code: code) }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses the bytes that `body` passes to `add`, in any number of calls, to one piece.
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
    // zlib's counts have 32 bits.
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
        // Z_BUF_ERROR only means that there was nothing left to do.
        if code != Z_OK && code != Z_BUF_ERROR { throw ZlibError(code: code) }
      } while stream.pointee.avail_out == 0
    } while !rest.isEmpty
  }
}

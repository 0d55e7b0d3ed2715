// zlib streams, as in git's packs and loose objects.

import CZlib

package struct ZlibError: Error, Sendable, CustomStringConvertible {
  /// zlib's own code.
  package var code: Int32
  package var description: String { "zlib failed with code \(code)" }
}

/// Compresses one buffer after another with one stream, because making a stream costs more than compressing a small
/// buffer. Must not be used by two threads at once.
package final class ZlibCompressor {
  private let stream: UnsafeMutablePointer<z_stream>

  /// - Parameter level: 1 (fast) to 9 (small).
  package init(level: Int32) throws(ZlibError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = deflateInit_(stream, level, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if code != Z_OK { throw ZlibError(code: code) }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses `input`, at most 2³² bytes, and appends one complete stream to `output`.
  package func compress(_ input: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(ZlibError) {
    deflateReset(stream)
    let bound = Int(deflateBound(stream, uLong(input.count)))
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: bound))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.assumingMemoryBound(to: Bytef.self).baseAddress)
    stream.pointee.avail_in = uInt(input.count)
    let code = output.withUnsafeMutableBufferPointer { buffer in
      stream.pointee.next_out = buffer.baseAddress?.advanced(by: start)
      stream.pointee.avail_out = uInt(bound)
      return deflate(stream, Z_FINISH)
    }
    if code != Z_STREAM_END { throw ZlibError(code: code) }
    output.removeLast(Int(stream.pointee.avail_out))
  }
}

package enum ZlibStream {
  /// Expands a stream of any size.
  /// - Parameters:
  ///   - next: fills a buffer with the next compressed bytes and returns their number, 0 at the end.
  ///   - consume: gets the expanded bytes, piece by piece.
  /// - Throws: `ZlibError` if the stream is damaged, cut off, or followed by more bytes.
  package static func inflate(
    from next: (UnsafeMutableRawBufferPointer) throws -> Int,
    to consume: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var stream = z_stream()
    var code = inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if code != Z_OK { throw ZlibError(code: code) }
    defer { inflateEnd(&stream) }
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 14, alignment: 16)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer {
      input.deallocate()
      output.deallocate()
    }
    while code != Z_STREAM_END {
      if stream.avail_in == 0 {
        let count = try next(input)
        if count == 0 { throw ZlibError(code: Z_BUF_ERROR) }
        stream.next_in = input.assumingMemoryBound(to: Bytef.self).baseAddress
        stream.avail_in = uInt(count)
      }
      stream.next_out = output.assumingMemoryBound(to: Bytef.self).baseAddress
      stream.avail_out = uInt(output.count)
      code = CZlib.inflate(&stream, Z_NO_FLUSH)
      if code != Z_OK && code != Z_STREAM_END { throw ZlibError(code: code) }
      try consume(UnsafeRawBufferPointer(rebasing: output[..<(output.count - Int(stream.avail_out))]))
    }
    if try stream.avail_in > 0 || next(input) > 0 { throw ZlibError(code: Z_DATA_ERROR) }
  }
}

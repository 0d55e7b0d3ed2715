// zlib streams of whole buffers, as git's packs hold them.

import CZlib

package struct ZlibError: Error, Sendable, CustomStringConvertible {
  /// zlib's own code.
  package var code: Int32
  package var description: String { "cannot compress: zlib says \(code)" }
}

/// Compresses one buffer after another with one stream: making a stream costs more than a small buffer. Not for use by
/// two threads at once.
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

  /// Appends one whole stream. `input` may have at most 2³² bytes.
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

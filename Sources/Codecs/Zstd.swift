// zstd frames of whole chunks. Each frame contains its content's size and a checksum, so that a plain `zstd -dc` can read
// it and detects damage.

import CZstd

package struct ZstdError: Error, Sendable, CustomStringConvertible {
  package var operation: String
  package var message: String
  /// The content would be larger than the limit.
  package var isTooLarge = false
  package var description: String { "cannot \(operation): \(message)" }
}

/// Compresses one buffer after another with one context. Must not be used by two threads at once.
package final class ZstdCompressor {
  private let context: OpaquePointer
  // Grows to the bound of the largest input. It is not filled with zeros, so pages that are never used cost nothing.
  private var frame = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// Level 1 with a larger hash table: for rows of tables it compresses better than level 2 and is faster
  /// (docs/design/store.md has the measurement).
  package init() {
    // This fails only without memory, and then Swift, too, ends the program.
    guard let context = ZSTD_createCCtx() else { fatalError("out of memory") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
    ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, 15)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit {
    ZSTD_freeCCtx(context)
    frame.deallocate()
  }

  /// Compresses to one frame, which is valid until the next call.
  package func compress(_ input: UnsafeRawBufferPointer) throws(ZstdError) -> UnsafeRawBufferPointer {
    let bound = ZSTD_compressBound(input.count) + FrameSeal.byteCount
    if frame.count < bound {
      frame.deallocate()
      frame = .allocate(byteCount: bound, alignment: 4096)
    }
    let count = ZSTD_compress2(context, frame.baseAddress, frame.count, input.baseAddress, input.count)
    if ZSTD_isError(count) != 0 {
      throw ZstdError(operation: "compress", message: String(cString: ZSTD_getErrorName(count)))
    }
    FrameSeal.write(
      of: UnsafeRawBufferPointer(rebasing: frame[..<count]), to: frame.baseAddress.unsafelyUnwrapped + count)
    return UnsafeRawBufferPointer(rebasing: frame[..<(count + FrameSeal.byteCount)])
  }
}

/// Expands one frame after another with one context. Must not be used by two threads at once.
package final class ZstdDecompressor {
  private let context: OpaquePointer

  package init() {
    // This fails only without memory, and then Swift, too, ends the program.
    guard let context = ZSTD_createDCtx() else { fatalError("out of memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Expands the frame in `input` and returns the number of bytes.
  /// - Throws: `ZstdError` unless `input` is one complete, undamaged frame with a content of at most `limit` bytes.
  package func decompress(
    _ input: UnsafeRawBufferPointer, into output: inout [UInt8], limit: Int
  ) throws(ZstdError) -> Int {
    guard let input = FrameSeal.checked(input) else {
      throw ZstdError(operation: "decompress", message: "its bytes are not those that were written")
    }
    let size = ZSTD_getFrameContentSize(input.baseAddress, input.count)
    guard size < UInt64(limit) + 1 else {
      throw ZstdError(
        operation: "decompress", message: "not a frame with a plausible size", isTooLarge: true)
    }
    if output.count < Int(size) { output = [UInt8](repeating: 0, count: Int(size)) }
    let count = output.withUnsafeMutableBytes {
      ZSTD_decompressDCtx(context, $0.baseAddress, Int(size), input.baseAddress, input.count)
    }
    if ZSTD_isError(count) != 0 {
      throw ZstdError(operation: "decompress", message: String(cString: ZSTD_getErrorName(count)))
    }
    return count
  }
}

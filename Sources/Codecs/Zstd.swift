// zstd frames of whole chunks. Each frame carries its content's size and a checksum, so that `zstd -dc`
// alone can read it and notice damage.

import CZstd

package struct ZstdError: Error, Sendable, CustomStringConvertible {
  package var operation: String
  package var message: String
  /// What it would expand to is more than it may be.
  package var isTooLarge = false
  package var description: String { "cannot \(operation): \(message)" }
}

/// Compresses one buffer after another with one context. Not for use by two threads at once.
package final class ZstdCompressor {
  private let context: OpaquePointer
  // Grows to the bound of the largest input once; never filled beforehand, so unused pages cost nothing.
  private var frame = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// Level 1 with a larger hash table: on rows of tables it stores less than level 2 and is faster
  /// (docs/design/store.md holds the measurement).
  package init() {
    // Only memory can be missing, and Swift itself ends the program then.
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

  /// Makes one frame; it is valid until the next call.
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

/// Expands one frame after another with one context. Not for use by two threads at once.
package final class ZstdDecompressor {
  private let context: OpaquePointer

  package init() {
    // Only memory can be missing, and Swift itself ends the program then.
    guard let context = ZSTD_createDCtx() else { fatalError("out of memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Expands the one frame that `input` holds.
  /// - Throws: `ZstdError` for anything but one whole, undamaged frame of at most `limit` bytes.
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

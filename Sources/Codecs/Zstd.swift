// zstd frames of whole chunks. Each frame carries its content's size and a checksum, so that `zstd -dc`
// alone can read it and notice damage.

import CZstd

package struct ZstdError: Error, Sendable, CustomStringConvertible {
  package var operation: String
  package var message: String
  package var description: String { "cannot \(operation): \(message)" }
}

/// Compresses one buffer after another with one context. Not for use by two threads at once.
package final class ZstdCompressor {
  private let context: OpaquePointer

  /// - Parameter level: zstd's own; 1 is the level of the store (docs/design/store.md).
  package init(level: Int32 = 1) {
    guard let context = ZSTD_createCCtx() else { fatalError("out of memory") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Writes one frame into `output`, which grows to the bound once and is then reused.
  package func compress(_ input: UnsafeRawBufferPointer, into output: inout [UInt8]) throws(ZstdError) -> Int {
    let bound = ZSTD_compressBound(input.count)
    if output.count < bound { output = [UInt8](repeating: 0, count: bound) }
    let count = output.withUnsafeMutableBytes {
      ZSTD_compress2(context, $0.baseAddress, $0.count, input.baseAddress, input.count)
    }
    if ZSTD_isError(count) != 0 {
      throw ZstdError(operation: "compress", message: String(cString: ZSTD_getErrorName(count)))
    }
    return count
  }
}

/// Expands one frame after another with one context. Not for use by two threads at once.
package final class ZstdDecompressor {
  private let context: OpaquePointer

  package init() {
    guard let context = ZSTD_createDCtx() else { fatalError("out of memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Expands the one frame that `input` holds.
  /// - Throws: `ZstdError` for anything but one whole, undamaged frame of at most `limit` bytes.
  package func decompress(
    _ input: UnsafeRawBufferPointer, into output: inout [UInt8], limit: Int
  ) throws(ZstdError) -> Int {
    let size = ZSTD_getFrameContentSize(input.baseAddress, input.count)
    guard size < UInt64(limit) + 1 else {
      throw ZstdError(operation: "decompress", message: "not a frame with a plausible size")
    }
    if output.count < Int(size) { output = [UInt8](repeating: 0, count: Int(size)) }
    let count = output.withUnsafeMutableBytes {
      ZSTD_decompressDCtx(context, $0.baseAddress, $0.count, input.baseAddress, input.count)
    }
    if ZSTD_isError(count) != 0 {
      throw ZstdError(operation: "decompress", message: String(cString: ZSTD_getErrorName(count)))
    }
    return count
  }
}

// Compresses one long stream as strongly as is reasonable, for archives: matches are found over 128 MiB, the most that a stock
// `zstd -d` reads without an option.

import CZstd
import Glibc

package final class ZstdStream {
  /// Higher levels take longer and save nothing (docs/design/archive.md has the measurement).
  private static let level: Int32 = 16
  private static let windowLog: Int32 = 27
  private static let outputBytes = 1 << 18

  private let context: OpaquePointer
  private let write: (UnsafeRawBufferPointer) throws -> Void
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: outputBytes, alignment: 16)

  /// - Parameter write: gets the compressed bytes.
  package init(_ write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    // This fails only without memory, and then Swift, too, ends the program.
    guard let context = ZSTD_createCCtx() else { fatalError("out of memory") }
    self.context = context
    self.write = write
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, Self.windowLog)
    ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    // A library that was built without threads refuses that, and works on the calling one.
    ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, Int32(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  deinit {
    ZSTD_freeCCtx(context)
    output.deallocate()
  }

  package func add(_ bytes: UnsafeRawBufferPointer) throws {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    while input.pos < input.size { _ = try step(&input, ZSTD_e_continue) }
  }

  package func finish() throws {
    var input = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
    while try step(&input, ZSTD_e_end) > 0 {}
  }

  /// - Returns: at the end, how many bytes are still to come.
  private func step(_ input: inout ZSTD_inBuffer, _ directive: ZSTD_EndDirective) throws -> Int {
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let rest = ZSTD_compressStream2(context, &target, &input, directive)
    if ZSTD_isError(rest) != 0 {
      throw ZstdError(operation: "compress", message: String(cString: ZSTD_getErrorName(rest)))
    }
    if target.pos > 0 { try write(UnsafeRawBufferPointer(rebasing: output[..<target.pos])) }
    return rest
  }
}

// Expands compressed files while they are read: gzip with all its members, zstd with all its frames.

import CZlib
import CZstd

/// Expands a compressed stream piece by piece. Must not be used by two threads at once.
package final class Expander {
  private static let outputBytes = 1 << 18

  private let pull: () throws -> [UInt8]
  private let compression: Compression
  private let stream: UnsafeMutablePointer<z_stream>
  private let context: OpaquePointer?
  private var input: [UInt8] = []
  private var position = 0
  /// Whether a member or a frame has begun and not ended, so that the input must not end here.
  private var isInside = false
  private var hasBegun = false

  /// - Parameter pull: returns pieces of the file, and an empty one at its end.
  package init(_ compression: Compression, _ pull: @escaping () throws -> [UInt8]) throws {
    self.compression = compression
    self.pull = pull
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    context = compression == .zstd ? ZSTD_createDCtx() : nil
    // 15 is the window's size; adding 16 makes zlib read gzip's header and trailer.
    let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if code != Z_OK { throw ZlibError(code: code) }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    ZSTD_freeDCtx(context)
  }

  /// The next piece; an empty one at the end.
  package func next() throws -> [UInt8] {
    if compression == .none { return try pull() }
    while true {
      if position == input.count {
        input = try pull()
        position = 0
        if input.isEmpty {
          if isInside || !hasBegun { throw ExpansionError(description: "the compressed file ends too early") }
          return []
        }
      }
      hasBegun = true
      let piece = try compression == .gzip ? inflated() : decompressed()
      if !piece.isEmpty { return piece }
    }
  }

  private func inflated() throws -> [UInt8] {
    if !isInside {
      inflateReset(stream)
      isInside = true
    }
    var code = Z_OK
    let piece = input.withUnsafeMutableBytes { bytes in
      [UInt8](unsafeUninitializedCapacity: Self.outputBytes) { output, count in
        stream.pointee.next_in = bytes.baseAddress?.advanced(by: position).assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_in = uInt(bytes.count - position)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = uInt(output.count)
        code = inflate(stream, Z_NO_FLUSH)
        count = output.count - Int(stream.pointee.avail_out)
      }
    }
    position = input.count - Int(stream.pointee.avail_in)
    if code == Z_STREAM_END {
      isInside = false
    } else if code != Z_OK && code != Z_BUF_ERROR {
      throw ExpansionError(description: "the gzip file is damaged")
    }
    return piece
  }

  private func decompressed() throws -> [UInt8] {
    var result = 0
    let piece = input.withUnsafeBytes { bytes in
      [UInt8](unsafeUninitializedCapacity: Self.outputBytes) { output, count in
        var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: position)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        result = ZSTD_decompressStream(context, &target, &source)
        (position, count) = (source.pos, target.pos)
      }
    }
    if ZSTD_isError(result) != 0 { throw ExpansionError(description: "the zstd file is damaged") }
    isInside = result != 0
    return piece
  }
}

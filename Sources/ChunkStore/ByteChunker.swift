// Cuts a stream of bytes without rows (an archive, a file) into chunks where a rolling hash of the last 64 bytes decides:
// the gear hash of FastCDC (Xia et al., USENIX ATC 2016).

package final class ByteChunker {
  private let sizes: ChunkSizes
  private let emit: (UnsafeRawBufferPointer) throws -> Void
  private var buffer: [UInt8] = []
  private var hash: UInt64 = 0

  package init(sizes: ChunkSizes = .standard, emit: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.sizes = sizes
    self.emit = emit
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    let threshold = sizes.threshold(for: 1)
    var start = 0
    for index in 0..<bytes.count {
      hash = (hash << 1) &+ Self.gear[Int(bytes[index])]
      let length = buffer.count + index + 1 - start
      if length >= sizes.maximum || (length >= sizes.minimum && hash < threshold) {
        buffer.append(contentsOf: bytes[start...index])
        start = index + 1
        try finish()
      }
    }
    buffer.append(contentsOf: bytes[start...])
  }

  /// Emits what is left.
  package func finish() throws {
    if !buffer.isEmpty { try buffer.withUnsafeBytes { try emit($0) } }
    buffer.removeAll(keepingCapacity: true)
    hash = 0
  }

  /// 256 fixed pseudo-random numbers, by SplitMix64 from seed 0. Changing them would change every cut.
  private static let gear: [UInt64] = {
    var state: UInt64 = 0
    return (0..<256).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }()
}

// A frame that was damaged can still decode to the right bytes: zstd has bits that mean nothing. So that every
// change of a file is found, a second frame follows, of the kind that decoders skip, with the first one's hash
// (“skippable frames”, RFC 8878, section 3.1.2).

import CZstd

enum FrameSeal {
  /// Magic number, size of the content, content.
  static let byteCount = 16
  private static let magic: UInt32 = 0x184D_2A50

  static func write(of frame: UnsafeRawBufferPointer, to end: UnsafeMutableRawPointer) {
    // The frame may end anywhere, so nothing is aligned.
    withUnsafeBytes(of: (magic.littleEndian, UInt32(8).littleEndian, ContentHash.of(frame).littleEndian)) {
      end.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: byteCount)
    }
  }

  /// The frame before the seal; nil when the seal is missing or belongs to other bytes.
  static func checked(_ sealed: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard sealed.count > byteCount, let base = sealed.baseAddress else { return nil }
    let frame = UnsafeRawBufferPointer(rebasing: sealed[..<(sealed.count - byteCount)])
    let seal = base + frame.count
    let isSeal =
      seal.loadUnaligned(as: UInt32.self) == magic.littleEndian
      && seal.loadUnaligned(fromByteOffset: 4, as: UInt32.self) == UInt32(8).littleEndian
      && seal.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == ContentHash.of(frame).littleEndian
    return isSeal ? frame : nil
  }
}

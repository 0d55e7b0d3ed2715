// Makes every change of a stored file detectable. A damaged zstd frame can still decode to the right bytes, because some
// bits have no meaning. So a second frame follows with the hash of the first one. Decoders skip it (“skippable frames”,
// RFC 8878, section 3.1.2).

import CZstd

enum FrameSeal {
  /// Magic number, size of the content, content.
  static let byteCount = 16
  private static let magic: UInt32 = 0x184D_2A50

  static func write(of frame: UnsafeRawBufferPointer, to end: UnsafeMutableRawPointer) {
    // The frame can have any length, so nothing after it is aligned.
    withUnsafeBytes(of: (magic.littleEndian, UInt32(8).littleEndian, ContentHash.of(frame).littleEndian)) {
      end.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: byteCount)
    }
  }

  /// The frame before the seal; nil if the seal is missing or belongs to other bytes.
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

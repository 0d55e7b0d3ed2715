// A check of stored chunks that does not expand them.

import CZstd

/// A chunk as it is stored: a frame and its seal.
package enum SealedFrame {
  /// Whether the bytes are unchanged since they were written.
  package static func isWhole(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { FrameSeal.checked($0) != nil }
  }

  /// Whether the bytes are unchanged since they were written, and are those of a content of this size.
  package static func isWhole(_ bytes: [UInt8], contentByteCount: Int) -> Bool {
    bytes.withUnsafeBytes { bytes in
      guard let frame = FrameSeal.checked(bytes) else { return false }
      return ZSTD_getFrameContentSize(frame.baseAddress, frame.count) == UInt64(contentByteCount)
    }
  }
}

// A check of stored chunks that does not expand them.

import CZstd

/// A stored chunk as it is on disk, without expanding it.
package enum SealedFrame {
  /// Whether the bytes are those that were written for a content of this size.
  package static func isWhole(_ bytes: [UInt8], contentByteCount: Int) -> Bool {
    bytes.withUnsafeBytes { bytes in
      guard let frame = FrameSeal.checked(bytes) else { return false }
      return ZSTD_getFrameContentSize(frame.baseAddress, frame.count) == UInt64(contentByteCount)
    }
  }
}

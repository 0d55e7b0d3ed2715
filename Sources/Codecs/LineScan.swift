// Finds the ends of lines by the C library's vectorised search.

import Glibc

package enum LineScan {
  /// The length of the first line with its newline, or of everything if there is no newline.
  package static func end(of bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress, let found = memchr(base, 0x0A, bytes.count) else {
      return bytes.count
    }
    return UnsafeRawPointer(found) - base + 1
  }
}

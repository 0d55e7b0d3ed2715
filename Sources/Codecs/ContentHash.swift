// A fast hash that is not cryptographic.

import CXXHash

package enum ContentHash {
  /// XXH3, 64 bits: for choosing boundaries and finding damage, never for identity.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    XXH3_64bits(bytes.baseAddress, bytes.count)
  }

  package static func of(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBytes { of($0) } }
}

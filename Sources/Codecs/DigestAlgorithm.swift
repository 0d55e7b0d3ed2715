// The hash algorithms that libcrypto computes for us.

import CCrypto

package protocol DigestAlgorithm {
  static var byteCount: Int { get }
  /// Fetching an algorithm by name costs more than hashing a small chunk: once per process.
  static var fetched: OpaquePointer? { get }
}

// What was fetched is never changed, and libcrypto lets threads share it (EVP_MD_fetch(3)).
package enum SHA256Algorithm: DigestAlgorithm {
  package static let byteCount = 32
  nonisolated(unsafe) package static let fetched = EVP_MD_fetch(nil, "SHA256", nil)
}

package enum SHA1Algorithm: DigestAlgorithm {
  package static let byteCount = 20
  nonisolated(unsafe) package static let fetched = EVP_MD_fetch(nil, "SHA1", nil)
}

package enum MD5Algorithm: DigestAlgorithm {
  package static let byteCount = 16
  nonisolated(unsafe) package static let fetched = EVP_MD_fetch(nil, "MD5", nil)
}

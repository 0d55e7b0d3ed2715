// The hash algorithms that libcrypto computes for us.

import CCrypto

package protocol DigestAlgorithm {
  static var byteCount: Int { get }
  /// Fetched once per process, because fetching an algorithm by its name costs more than hashing a small chunk.
  static var fetched: OpaquePointer? { get }
}

// A fetched algorithm is never changed, and threads may share it (EVP_MD_fetch(3)).
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

// SHA-256, for git's packs SHA-1, and for `md5sum -c` MD5, through libcrypto's EVP interface, which uses the
// processor's SHA instructions.
// docs/dependencies.md holds the measurement behind this choice.

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

package typealias SHA256 = MessageDigest<SHA256Algorithm>
package typealias SHA1 = MessageDigest<SHA1Algorithm>
/// Finds accidents only, and no forgery.
package typealias MD5 = MessageDigest<MD5Algorithm>

/// Computes digests one after another with one context. Not for use by two threads at once.
package final class MessageDigest<Algorithm: DigestAlgorithm> {
  package static var byteCount: Int { Algorithm.byteCount }

  private let context: OpaquePointer

  package init() {
    // Only memory can be missing, and Swift itself ends the program then.
    guard let context = EVP_MD_CTX_new() else { fatalError("out of memory") }
    self.context = context
    restart()
  }

  deinit { EVP_MD_CTX_free(context) }

  private func restart() {
    // A libcrypto without it (a FIPS provider without MD5) cannot do any of this program's work right.
    guard EVP_DigestInit_ex(context, Algorithm.fetched, nil) == 1 else {
      fatalError("libcrypto does not offer \(Algorithm.self)")
    }
  }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The digest of everything since the last call; the next message starts afresh.
  package func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Algorithm.byteCount)
    EVP_DigestFinal_ex(context, &digest, nil)
    restart()
    return digest
  }

  package func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    update(bytes)
    return finish()
  }

  package static func digest(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { Self().digest($0) }
  }
}

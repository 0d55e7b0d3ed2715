// SHA-256, for git's packs SHA-1, and for `md5sum -c` MD5, through libcrypto's EVP interface, which uses the
// processor's SHA instructions.
// docs/dependencies.md holds the measurement behind this choice.

import CCrypto

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

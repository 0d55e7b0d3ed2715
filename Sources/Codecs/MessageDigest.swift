// SHA-256, SHA-1 (for git's packs) and MD5 (for `md5sum -c`) by libcrypto's EVP interface, which uses the processor's SHA
// instructions. docs/dependencies.md has the measurement behind this choice.

import CCrypto

package typealias SHA256 = MessageDigest<SHA256Algorithm>
package typealias SHA1 = MessageDigest<SHA1Algorithm>
/// Detects accidents only, not forgery.
package typealias MD5 = MessageDigest<MD5Algorithm>

/// Computes digests one after another with one context. Must not be used by two threads at once.
package final class MessageDigest<Algorithm: DigestAlgorithm> {
  package static var byteCount: Int { Algorithm.byteCount }

  private let context: OpaquePointer

  package init() {
    // This fails only without memory, and then Swift, too, ends the program.
    guard let context = EVP_MD_CTX_new() else { fatalError("out of memory") }
    self.context = context
    restart()
  }

  deinit { EVP_MD_CTX_free(context) }

  private func restart() {
    // Without one of the algorithms (a FIPS provider has no MD5), this program cannot do its work.
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

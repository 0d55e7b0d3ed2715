// SHA-256 through libcrypto's EVP interface, which uses the processor's SHA instructions.
// docs/dependencies.md holds the measurement behind this choice.

import CCrypto

/// Computes digests one after another with one context. Not for use by two threads at once.
package final class SHA256 {
  package static let byteCount = 32

  private let context: OpaquePointer
  // Fetching the algorithm by name costs more than hashing a small chunk: once per process. It is never changed, and
  // libcrypto lets threads share a fetched algorithm (EVP_MD_fetch(3)).
  nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

  package init() {
    // Only memory can be missing, and Swift itself ends the program then.
    guard let context = EVP_MD_CTX_new() else { fatalError("out of memory") }
    self.context = context
    restart()
  }

  deinit { EVP_MD_CTX_free(context) }

  private func restart() {
    guard EVP_DigestInit_ex(context, Self.algorithm, nil) == 1 else {
      fatalError("libcrypto offers no SHA-256")
    }
  }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The digest of everything since the last call; the next message starts afresh.
  package func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Self.byteCount)
    EVP_DigestFinal_ex(context, &digest, nil)
    restart()
    return digest
  }

  package func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    update(bytes)
    return finish()
  }

  package static func digest(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { SHA256().digest($0) }
  }
}

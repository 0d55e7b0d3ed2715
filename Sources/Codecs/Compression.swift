// How a file is compressed, recognised by its first bytes and not by its name.

package enum Compression: Sendable {
  case none, gzip, zstd

  /// - Parameter start: the first four bytes of a file, or as many as it has.
  package init(start: some Collection<UInt8>) {
    if start.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else {
      self = .none
    }
  }
}

// A tar archive of one directory, with a list of its files' checksums at its end, in the form that `sha256sum --check` reads.

import Codecs
import FileSystem

final class ListedTar {
  private let tar: TarWriter
  private let directory: BytePath
  private let modified: Int
  private var sums: [UInt8] = []

  init(
    _ directory: BytePath, modified: Int, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    tar = try TarWriter(write)
    (self.directory, self.modified) = (directory, modified)
  }

  /// - Parameter body: gives the bytes, piece by piece.
  func add(
    _ name: BytePath, byteCount: Int, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try begin(name, byteCount)
    let digest = SHA256()
    try body { bytes in
      digest.update(bytes)
      try tar.write(bytes)
    }
    sums += "\(digest.finish().hexadecimal)  ".utf8 + name.bytes + [0x0A]
  }

  func add(_ name: BytePath, _ bytes: UnsafeRawBufferPointer) throws {
    try add(name, byteCount: bytes.count) { try $0(bytes) }
  }

  func add(_ name: BytePath, _ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try add(name, $0) } }

  /// - Parameter name: of the list.
  func finish(_ name: BytePath) throws {
    try begin(name, sums.count)
    try sums.withUnsafeBytes(tar.write)
    try tar.finish()
  }

  private func begin(_ name: BytePath, _ byteCount: Int) throws {
    try tar.add(
      directory.appending(name).bytes, .file(byteCount: byteCount), permissions: 0o600, modified: modified)
  }
}

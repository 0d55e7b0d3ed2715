// Writes a pack of whole objects (gitformat-pack(5)), without deltas. Searching for deltas, as git's own pack builders do,
// takes several times as long as everything else, and `git gc` does it later anyway. libgit2's indexer checks every byte and
// writes the pack and its index.

import CGit
import Codecs
import FileSystem

final class PackWriter {
  private let indexer: OpaquePointer
  private let hash = SHA1()
  private let compressor: ZlibCompressor
  private var progress = git_indexer_progress()
  private var buffer: [UInt8] = []

  /// - Parameter directory: gets the pack and its index.
  init(in directory: BytePath, objectCount: Int) throws {
    // The level that git uses for loose objects.
    compressor = try ZlibCompressor(level: 1)
    var indexer: OpaquePointer?
    try LibGit2.check(
      directory.withCString { git_indexer_new(&indexer, $0, 0o444, nil, nil) }, "write a pack")
    guard let indexer else { throw GitError(code: -1, operation: "write a pack", message: "out of memory") }
    self.indexer = indexer
    let count = UInt32(objectCount).bigEndian
    buffer = Array("PACK".utf8) + [0, 0, 0, 2] + withUnsafeBytes(of: count) { Array($0) }
  }

  deinit { git_indexer_free(indexer) }

  func append(_ bytes: UnsafeRawBufferPointer, _ type: git_object_t) throws {
    // Four bits of the size are in the byte with the type, then seven in each byte.
    var rest = bytes.count >> 4
    var byte = UInt8(type.rawValue) << 4 | UInt8(bytes.count & 15)
    while rest > 0 {
      buffer.append(byte | 0x80)
      byte = UInt8(rest & 0x7F)
      rest >>= 7
    }
    buffer.append(byte)
    try compressor.compress(bytes, to: &buffer)
    if buffer.count > 1 << 18 { try flush() }
  }

  /// Writes the index. From then on the pack can be used.
  func finish() throws {
    try flush()
    buffer = hash.finish()
    try append()
    try LibGit2.check(git_indexer_commit(indexer, &progress), "write a pack's index")
  }

  private func flush() throws {
    buffer.withUnsafeBytes { hash.update($0) }
    try append()
  }

  private func append() throws {
    try LibGit2.check(git_indexer_append(indexer, buffer, buffer.count, &progress), "write a pack")
    buffer.removeAll(keepingCapacity: true)
  }
}

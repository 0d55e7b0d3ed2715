// What stands in an object in the place of a file that Git LFS keeps elsewhere: a few lines with the hash of its contents
// (git-lfs, docs/spec.md).

import FileSystem

struct LargeFilePointer {
  private static let byteLimit = 1024

  private let hash: String

  /// nil for an object that is no pointer.
  init?(_ id: ObjectID, in database: ObjectDatabase) {
    guard let byteCount = try? database.byteCount(of: id), byteCount < Self.byteLimit,
      let bytes = try? database.read(id)
    else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first?.hasPrefix("version https://git-lfs.github.com/spec/") == true,
      let hash = lines.lazy.compactMap({ line in
        line.hasPrefix("oid sha256:") ? String(line.dropFirst("oid sha256:".count)) : nil
      }).first,
      hash.utf8.count == 64, [UInt8](hexadecimal: hash) != nil
    else { return nil }
    self.hash = hash
  }

  /// Where the contents are, if they are on this machine.
  func path(in storage: BytePath) -> BytePath {
    ["objects", String(hash.prefix(2)), String(hash.dropFirst(2).prefix(2)), hash].reduce(storage) {
      $0.appending($1)
    }
  }
}

// A pointer of Git LFS: the few lines in an object that stand for a file whose contents Git LFS stores elsewhere
// (git-lfs, docs/spec.md).

import FileSystem

struct LargeFilePointer {
  private static let byteLimit = 1024

  private let hash: String

  /// nil if the object is not a pointer.
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

  /// The path of the contents, if they are on this machine.
  func path(in storage: BytePath) -> BytePath {
    ["objects", String(hash.prefix(2)), String(hash.dropFirst(2).prefix(2)), hash].reduce(storage) {
      $0.appending($1)
    }
  }
}

// A store's own name on remotes: made by chance when it first pushes, so that no two have the same.

import ChunkStore
import FileSystem
import Glibc

enum StoreMark {
  /// - Throws: `SystemError` if there is none yet and none can be written.
  static func of(_ store: Store) throws -> String {
    let path = store.root.appending("origin")
    if let bytes = try FileTree.readIfThere(path, limit: 64, flags: O_NOFOLLOW) {
      let text = String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
      if isMark(text) { return text }
    }
    let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
    let mark = String(repeating: "0", count: 16 - digits.count) + digits
    try store.files.replaceFile(path, with: Array("\(mark)\n".utf8))
    return mark
  }

  static func isMark(_ text: String) -> Bool {
    text.utf8.count == 16 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

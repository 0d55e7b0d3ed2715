// What the trash held when the last collection ended, in bytes: counting it anew would take as long as there are chunks in it.

import ChunkStore
import FileSystem

package struct TrashNote: Sendable {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  private var path: BytePath { store.root.appending("trash.size") }

  /// nil if there was no collection yet.
  package func read() -> Int? {
    FileTree.readIfRegular(path, limit: 64).flatMap { Int(String(decoding: $0.dropLast(), as: UTF8.self)) }
  }

  /// If the disk is full, the old note stays.
  func write(_ byteCount: Int) { try? store.files.replaceFile(path, with: Array("\(byteCount)\n".utf8)) }

  /// Needs no room.
  func remove() { try? FileTree.remove(path) }
}

// What lies in a store, read from its directories and not through it.

import ChunkStore
import FileSystem

extension Store {
  /// Every chunk that has a file.
  func allChunks() throws -> [ChunkID] {
    try FileTree.list(chunks).flatMap { fan in
      try FileTree.list(chunks.appending(fan)).compactMap { $0.exactText.flatMap { ChunkID($0) } }
    }
  }
}

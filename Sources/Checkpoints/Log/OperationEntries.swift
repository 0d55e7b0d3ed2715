// Reads the log's entries, oldest first, while other processes may be writing. Lines that are no entries, for instance cut
// short by a full disk, are skipped.

import FileSystem
import Glibc

package final class OperationEntries {
  private let path: BytePath
  private var reader: LineReader?
  private var known: FileStatus?

  init(_ path: BytePath) { self.path = path }

  /// nil at the present end. A log that was cut off or replaced is read from its beginning.
  package func next() throws -> OperationEntry? {
    let present = try FileTree.status(path)
    if let known, present.map({ $0.inode != known.inode || $0.byteCount < known.byteCount }) ?? true {
      reader = nil
    }
    known = present
    if reader == nil {
      guard present != nil else { return nil }
      reader = LineReader(try FileTree.openRegular(path, flags: O_NOFOLLOW))
    }
    while let line = try reader?.next() {
      if let entry = try? StoredJSON.decode(OperationEntry.self, from: Array(line)) { return entry }
    }
    return nil
  }
}

// Reads the log's entries, oldest first, while other processes may be writing and setting files aside. Lines that are no entries,
// for instance cut short by a full disk, are skipped.

import FileSystem
import Glibc

package final class OperationEntries {
  /// The newest first, which is written to.
  private let paths: [BytePath]
  /// Those to be read before the newest, oldest first. They are open, so that other names do not matter.
  private var waiting: [LineReader]?
  private var reader: LineReader?
  private var known: FileStatus?

  init(_ paths: [BytePath]) { self.paths = paths }

  /// nil at the present end. A file that was cut off is read from its beginning. One that was set aside is read to its end, and
  /// then those that came after it.
  package func next() throws -> OperationEntry? {
    if waiting == nil { waiting = try open(paths.dropFirst()) }
    while true {
      if let first = waiting?.first {
        if let entry = try Self.entry(first) { return entry }
        waiting?.removeFirst()
        continue
      }
      if let entry = try Self.entry(reader) { return entry }
      let present = try FileTree.status(paths[0])
      if reader != nil, let known, let present {
        if known.inode == present.inode && known.byteCount <= present.byteCount {
          self.known = present
          return nil
        }
        if let age = try age(of: known) { waiting = try open(paths[1..<age]) }
      }
      known = present
      if present == nil {
        reader = nil
        return nil
      }
      reader = LineReader(try FileTree.openRegular(paths[0], flags: O_NOFOLLOW))
      if waiting?.isEmpty != false { return try Self.entry(reader) }
    }
  }

  /// How old a file is that was set aside; nil if it is not there any more, or was not set aside.
  private func age(of file: FileStatus) throws -> Int? {
    try paths.indices.dropFirst().first { age in
      try FileTree.status(paths[age]).map { $0.inode == file.inode && $0.device == file.device } ?? false
    }
  }

  /// - Parameter paths: newest first.
  private func open(_ paths: ArraySlice<BytePath>) throws -> [LineReader] {
    try paths.reversed().filter { FileTree.exists($0) }.map {
      LineReader(try FileTree.openRegular($0, flags: O_NOFOLLOW))
    }
  }

  private static func entry(_ reader: LineReader?) throws -> OperationEntry? {
    while let line = try reader?.next() {
      if let entry = try? StoredJSON.decode(OperationEntry.self, from: line) { return entry }
    }
    return nil
  }
}

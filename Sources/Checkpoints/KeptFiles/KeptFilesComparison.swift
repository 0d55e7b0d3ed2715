// Which kept files differ between two states. Contents are compared by their hashes and never shown.

import ChunkStore
import FileSystem
import Glibc

package enum KeptFilesComparison {
  /// Identifies one state of a file.
  package struct Mark: Hashable, Sendable {
    fileprivate var chunks: [ChunkID]
    fileprivate var permissions: UInt32
    fileprivate var isLink: Bool
    /// nil if none were recorded.
    fileprivate var rights: FileRights?

    /// Whether two states of a file are the same; what one of them does not know is not compared.
    fileprivate func isSame(as other: Mark) -> Bool {
      var (one, other) = (self, other)
      if one.rights == nil || other.rights == nil { (one.rights, other.rights) = (nil, nil) }
      return one == other
    }
  }

  /// The files of one side.
  package struct Marks: Sendable {
    fileprivate var files: [BytePath: Mark] = [:]
    /// Files that could not be read.
    fileprivate var unknown: Set<BytePath> = []
    package fileprivate(set) var byteCount = 0
  }

  /// The files of a checkpoint.
  /// - Parameter record: nil for a checkpoint that holds none.
  package static func marks(of record: SourceRecord?, in store: Store) throws -> Marks {
    guard let record else { return Marks() }
    let reader = ChunkReader(store)
    let document = try KeptFilesDocument(of: record, reader)
    let lists = try StreamLists(document.list, reader)
    var marks = Marks(unknown: Set(document.skipped ?? []))
    for (file, stream) in zip(document.files, document.streams) {
      marks.files[file.path] = Mark(
        chunks: try lists.list(of: stream).chunks.map(\.id), permissions: file.permissions,
        isLink: file.isLink, rights: file.rights)
      marks.byteCount += stream.byteCount
    }
    return marks
  }

  package static func changes(from before: Marks, to after: Marks) -> [KeptFileChange] {
    Set(before.files.keys).union(after.files.keys).subtracting(before.unknown).subtracting(after.unknown)
      .sorted().compactMap { path in
        let (old, new) = (before.files[path], after.files[path])
        if let old, let new, old.isSame(as: new) { return nil }
        return KeptFileChange(path: path, change: old == nil ? .added : new == nil ? .dropped : .changed)
      }
  }
}

extension KeptFiles {
  /// The files as they are now. They are read, and nothing is stored.
  package func marks() throws -> KeptFilesComparison.Marks {
    var marks = KeptFilesComparison.Marks()
    let hash = ChunkEncoder()
    for path in try paths() {
      try Interruption.check()
      do {
        guard let (mark, byteCount) = try mark(path, hash) else { continue }
        marks.files[path] = mark
        marks.byteCount += byteCount
      } catch let error as SystemError
        where error.code == EACCES || error.code == EPERM || error.code == EIO
      {
        marks.unknown.insert(path)
      }
    }
    return marks
  }

  /// nil for a file that was removed meanwhile.
  private func mark(_ path: BytePath, _ hash: ChunkEncoder) throws -> (KeptFilesComparison.Mark, Int)? {
    let full = worktree.appending(path)
    return try SteadyFile.read(full, named: path) { contents, status in
      var chunks: [ChunkID] = []
      var byteCount = 0
      let chunker = ByteChunker { bytes in
        byteCount += bytes.count
        chunks.append(hash.identify(bytes))
      }
      switch contents {
      case .file(let file): try file.forEachPiece { try chunker.append($0) }
      case .link(let target): try target.bytes.withUnsafeBytes { try chunker.append($0) }
      }
      try chunker.finish()
      let mark = KeptFilesComparison.Mark(
        chunks: chunks, permissions: status.permissions, isLink: status.kind == .symbolicLink,
        rights: FileRights(owner: FileOwner(status), attributes: try ExtendedAttributes.read(full)))
      return (mark, byteCount)
    }
  }
}

// Files that git ignores but the project needs (`.env*`, local configuration), and untracked ones that
// only their owner may read: kept in the store with exact modes, never as git objects.

import Checkpoints
import ChunkStore
import FileSystem
import FoundationEssentials
import Glibc

/// A `SourceDocument` with what restoring a file needs beside its bytes.
struct FilesDocument: Codable {
  struct File: Codable {
    var path: BytePath
    var permissions: UInt32
    /// A link's target is its content.
    var isLink: Bool
    /// Older checkpoints have none.
    var rights: FileRights?
  }

  var list: ChunkID?
  var streams: [StreamRecord]
  var files: [File]
  /// Files that could not be read. Restoring leaves them alone.
  var skipped: [BytePath]?
  /// The permissions of the directories above the files: git's part knows none that git ignores.
  var directories: [BytePath: UInt32]?
  /// Owners, access lists and the like of these directories.
  var directoryRights: [BytePath: FileRights]?
}

extension FilesDocument: StoredDocument {
  func check() throws {
    try ForeignValue.refuse(
      escaping: files.map(\.path) + streams.map(\.name) + (skipped ?? []), "a kept file")
    try ForeignValue.refuse(
      escaping: Array((directories ?? [:]).keys) + Array((directoryRights ?? [:]).keys), "a directory")
    guard files.count == streams.count, zip(files, streams).allSatisfy({ $0.path == $1.name }) else {
      throw ForeignValue("its files and their contents are not the same")
    }
  }
}

package struct FilesSource: DataSource {
  package static let typeName = "files"

  package let name = "files"
  package let type = Self.typeName
  let worktree: BytePath
  private let patterns: [GlobPattern]
  private let keep: FilesToKeep
  private let isOwn: @Sendable (BytePath) -> Bool

  /// - Parameters:
  ///   - patterns: which of the ignored files belong to the state.
  ///   - isOwn: git's own places and ours, which never do.
  package init(
    worktree: BytePath, patterns: [GlobPattern], keep: FilesToKeep,
    isOwn: @escaping @Sendable (BytePath) -> Bool = { _ in false }
  ) {
    (self.worktree, self.patterns, self.keep, self.isOwn) = (worktree, patterns, keep, isOwn)
  }

  package func openSnapshot() throws -> any DataSourceSnapshot {
    FilesSnapshot(worktree: worktree, paths: try paths())
  }

  package func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration {
    try FilesRestoration(record, worktree: worktree, patterns: patterns, context: context)
  }

  /// The files that are there now, of those that are to be kept.
  package func paths() throws -> [BytePath] {
    var found = Set(keep.setAside)
    for path in keep.ignored {
      if path.bytes.last == UInt8(ascii: "/") {
        let directory = BytePath(path.bytes.dropLast())
        if patterns.contains(where: { $0.matches(directory) || $0.mayMatch(below: directory) }) {
          try collect(below: directory, into: &found)
        }
      } else if patterns.contains(where: { $0.matches(path) }) {
        found.insert(path)
      }
    }
    found = found.filter { path in !keep.excluded.contains { $0.matches(path) } && !path.hasGitDirectory }
    for path in keep.named where !path.hasGitDirectory {
      guard FileTree.isReachable(path, below: worktree) else { continue }
      let status = try FileTree.status(worktree.appending(path))
      if status?.kind == .regular || status?.kind == .symbolicLink { found.insert(path) }
    }
    return found.sorted()
  }

  private func collect(below directory: BytePath, into found: inout Set<BytePath>) throws {
    let names: [BytePath]
    do { names = try FileTree.list(worktree.appending(directory)) } catch {
      // It may go while we look.
      if error.isMissing { return }
      throw error
    }
    for name in names {
      let path = directory.appending(name)
      if isOwn(path) { continue }
      if try FileTree.status(worktree.appending(path))?.kind == .directory {
        try collect(below: path, into: &found)
      } else if patterns.contains(where: { $0.matches(path) }) {
        found.insert(path)
      }
    }
  }
}

struct FilesSnapshot: DataSourceSnapshot {
  var worktree: BytePath
  var paths: [BytePath]

  func capture(into session: ChunkSession, progress: any ProgressReporter) throws -> SourceRecord {
    let encoder = ChunkEncoder()
    var document = FilesDocument(streams: [], files: [])
    var lists = ChunkList()
    var unreadable: [String] = []
    var directories: [BytePath: UInt32] = [:]
    var directoryRights: [BytePath: FileRights] = [:]
    for path in paths {
      try Interruption.check()
      let recorded: (ChunkList, FilesDocument.File)?
      do { recorded = try record(path, session, encoder) } catch let error as SystemError
        where error.code == EACCES || error.code == EPERM || error.code == EIO
      {
        document.skipped = (document.skipped ?? []) + [path]
        unreadable.append("\(path): \(error.reason)")
        continue
      }
      guard let (list, file) = recorded else { continue }
      document.files.append(file)
      for directory in path.ancestors where directories[directory] == nil {
        directories[directory] = try FileTree.status(worktree.appending(directory))?.permissions
        directoryRights[directory] = try FileRights.read(worktree.appending(directory))
      }
      document.streams.append(
        StreamRecord(name: path, lines: lists.append(list), byteCount: list.byteCount))
    }
    document.list = try session.write(lists.encoded, with: encoder)
    if !directories.isEmpty {
      (document.directories, document.directoryRights) = (directories, directoryRights)
    }
    let total = document.streams.reduce(0) { $0 + $1.byteCount }
    var source = SourceRecord(
      name: "files", type: FilesSource.typeName,
      document: try session.write(JSON.encodeCompactly(document), with: encoder),
      label: "files that git ignores",
      counts: ["files": document.files.count], liveByteCount: total, streamByteCount: total)
    source.unreadable = unreadable.isEmpty ? nil : unreadable
    return source
  }

  /// nil for a file that is gone meanwhile.
  private func record(
    _ path: BytePath, _ session: ChunkSession, _ encoder: ChunkEncoder
  ) throws -> (ChunkList, FilesDocument.File)? {
    let full = worktree.appending(path)
    return try SteadyFile.read(full, named: path) { contents, status in
      var list = ChunkList()
      let chunker = ByteChunker { bytes in
        list.chunks.append(
          ChunkReference(id: try session.write(bytes, with: encoder), byteCount: bytes.count))
      }
      switch contents {
      case .file(let file): try file.forEachPiece { try chunker.append($0) }
      case .link(let target): try target.bytes.withUnsafeBytes { try chunker.append($0) }
      }
      try chunker.finish()
      let file = FilesDocument.File(
        path: path, permissions: status.permissions, isLink: status.kind == .symbolicLink,
        rights: FileRights(owner: FileOwner(status), attributes: try ExtendedAttributes.read(full)))
      return (list, file)
    }
  }
}

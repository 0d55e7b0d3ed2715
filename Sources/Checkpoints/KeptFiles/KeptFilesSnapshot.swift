// Copies kept files into the store. The list of files is fixed first; each file is read when its turn comes.

import ChunkStore
import FileSystem
import Glibc

struct KeptFilesSnapshot {
  var worktree: BytePath
  var paths: [BytePath]

  func capture(into session: ChunkSession) throws -> SourceRecord {
    let encoder = ChunkEncoder()
    var document = KeptFilesDocument(streams: [], files: [])
    var lists = ChunkList()
    var unreadable: [String] = []
    var directories: [BytePath: UInt32] = [:]
    var directoryRights: [BytePath: FileRights] = [:]
    for path in paths {
      try Interruption.check()
      let recorded: (ChunkList, KeptFilesDocument.File)?
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
      name: SourceRecord.typeOfKeptFiles, type: SourceRecord.typeOfKeptFiles,
      document: try session.write(JSON.encodeCompactly(document), with: encoder),
      label: "files that git ignores",
      counts: [SourceRecord.typeOfKeptFiles: document.files.count], liveByteCount: total,
      streamByteCount: total)
    source.unreadable = unreadable.isEmpty ? nil : unreadable
    return source
  }

  /// nil for a file that was removed meanwhile.
  private func record(
    _ path: BytePath, _ session: ChunkSession, _ encoder: ChunkEncoder
  ) throws -> (ChunkList, KeptFilesDocument.File)? {
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
      let file = KeptFilesDocument.File(
        path: path, permissions: status.permissions, isLink: status.kind == .symbolicLink,
        rights: FileRights(owner: FileOwner(status), attributes: try ExtendedAttributes.read(full)))
      return (list, file)
    }
  }
}

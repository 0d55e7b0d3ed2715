// A `SourceDocument` with everything but the contents that is needed to restore kept files.

import ChunkStore
import FileSystem

package struct KeptFilesDocument: Codable {
  package struct File: Codable {
    package var path: BytePath
    package var permissions: UInt32
    /// Then the file's contents are the link's target.
    package var isLink: Bool
    /// nil in checkpoints of earlier versions.
    package var rights: FileRights?
  }

  package var list: ChunkID?
  package var streams: [StreamRecord]
  package var files: [File]
  /// Files that could not be read. Restoring leaves them as they are.
  package var skipped: [BytePath]?
  /// The permissions of the directories above the files: git's part does not have those of ignored directories.
  package var directories: [BytePath: UInt32]?
  /// Owners, access lists and the like of these directories.
  package var directoryRights: [BytePath: FileRights]?
}

extension KeptFilesDocument {
  /// The document of recorded files; empty for a record without one.
  init(of record: SourceRecord, _ reader: ChunkReader) throws {
    guard let id = record.document else {
      self.init(streams: [], files: [])
      return
    }
    self = try reader.document(KeptFilesDocument.self, id)
  }
}

extension KeptFilesDocument: StoredDocument {
  package func check() throws {
    try ForeignValue.refuse(
      escaping: files.map(\.path) + streams.map(\.name) + (skipped ?? []), "a kept file")
    try ForeignValue.refuse(
      escaping: Array((directories ?? [:]).keys) + Array((directoryRights ?? [:]).keys), "a directory")
    guard files.count == streams.count, zip(files, streams).allSatisfy({ $0.path == $1.name }) else {
      throw ForeignValue("its files and their contents are not the same")
    }
  }
}

extension KeptFiles {
  /// The bytes of one kept file of a checkpoint.
  /// - Parameter limit: bytes; a larger file's are not given.
  /// - Returns: nil if the checkpoint has no such file, or if it cannot be read.
  package static func contents(
    of path: BytePath, in manifest: Manifest, _ store: Store, limit: Int = .max
  ) -> [UInt8]? {
    let reader = ChunkReader(store)
    guard let record = manifest.keptFiles, let document = try? KeptFilesDocument(of: record, reader),
      let stream = document.streams.first(where: { $0.name == path }), stream.byteCount <= limit
    else { return nil }
    return try? StreamLists(document.list, reader).list(of: stream).chunks.flatMap {
      try reader.bytes(of: $0.id)
    }
  }
}

// Exports a whole checkpoint as one tar.gz, in the same layout for every kind: the databases as scripts, the project's
// files, the kept files, what git says about them, and checksums of everything. Everything is streamed: sizes, which come
// before contents, are known or counted beforehand.

import Checkpoints
import ChunkStore
import FileSystem

package struct ProjectExport {
  /// The directory for kept files.
  package static let keptDirectory = "config"

  let manifest: Manifest
  let manifestBytes: [UInt8]
  let project: ProjectRecord
  /// The databases with the names of their sources.
  let databases: [(name: String, export: any SourceExport)]
  let store: Store

  package init(
    _ manifest: Manifest, _ project: ProjectRecord, databases: [(name: String, export: any SourceExport)],
    store: Store
  ) throws {
    (self.manifest, self.project, self.databases) = (manifest, project, databases)
    self.store = store
    manifestBytes = try Catalog(store).manifestBytes(manifest.id)
  }

  package func write(
    to path: BytePath, replacing: Bool, files: any FileOperations = SystemFileOperations()
  ) throws {
    let made = try NewFile(path, replaces: replacing, files: files)
    defer { made.discard() }
    let output = try made.makeFile()
    try ExportPipeline.run(
      store, .gzip, write: { try files.write($0, to: output) },
      making: { pipeline in
        try pipeline.stream(.gzip) {
          let tar = try SummedTar(modified: manifest.createdAt.secondsSinceEpoch) { try pipeline.write($0) }
          try writeAll(tar)
          try tar.finish()
        }
      })
    try made.publish()
  }

  private func writeAll(_ tar: SummedTar) throws {
    try writeDatabases(tar)
    try project.forEachFile { try tar.add(BytePath("project").appending($0.path), $0) }
    try writeKept { try tar.add(BytePath(Self.keptDirectory).appending($0.path), $0) }
    try tar.add("metadata/backup-metadata.json", manifestBytes)
    try tar.add("metadata/git-log.txt", project.log())
    try tar.add("metadata/git-status.txt", project.status())
    try tar.add("metadata/git-branches.txt", project.branches())
    try tar.addSums("verification")
  }

  private func writeDatabases(_ tar: SummedTar) throws {
    for (index, database) in databases.enumerated() {
      let name = index == 0 ? "database.sql" : "database-\(database.name.substituting("/", with: "_")).sql"
      let script = database.export.script
      try tar.addFile(
        BytePath("backup").appending(BytePath(name)), byteCount: script.byteCount(), permissions: 0o600
      ) { add in try script.write(add) }
    }
  }

  private func writeKept(_ body: (RecordedFile) throws -> Void) throws {
    guard let record = manifest.keptFiles, let id = record.document else { return }
    let reader = ChunkReader(store)
    let document = try reader.document(KeptFilesDocument.self, id)
    let lists = try StreamLists(document.list, reader)
    for (file, stream) in zip(document.files, document.streams) {
      let list = try lists.list(of: stream)
      let read: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void = { body in
        for chunk in list.chunks { try reader.withPiece(chunk, body) }
      }
      var kind = RecordedFile.Kind.file(byteCount: list.byteCount)
      if file.isLink {
        var target: [UInt8] = []
        try read { target.append(contentsOf: $0) }
        kind = .link(target: target)
      }
      let permissions = file.rights?.permissionsWithoutList(file.permissions) ?? file.permissions
      try body(RecordedFile(path: file.path, kind: kind, permissions: permissions, read: read))
    }
  }
}

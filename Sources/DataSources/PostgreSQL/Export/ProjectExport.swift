// Exports a whole checkpoint as one tar.gz, in the same layout for every kind: the databases as scripts, the project's
// files, the kept files, what git says about them, and checksums of everything. Everything is streamed: sizes, which come
// before contents, are known or counted beforehand.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

package struct ProjectExport {
  /// The directory for kept files.
  package static let keptDirectory = "config"

  let manifest: Manifest
  let manifestBytes: [UInt8]
  let project: ProjectRecord
  /// The databases with the names of their sources.
  let databases: [(name: String, export: DatabaseExport)]
  let store: Store

  package init(
    _ manifest: Manifest, _ project: ProjectRecord, databases: [(name: String, export: DatabaseExport)],
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
    let reader = ChunkReader(store)
    for (index, database) in databases.enumerated() {
      let name = index == 0 ? "database.sql" : "database-\(database.name.replacing("/", with: "_")).sql"
      let script = ScriptExport(export: database.export)
      try tar.addFile(
        BytePath("backup").appending(BytePath(name)), byteCount: script.byteCount(reader), permissions: 0o600
      ) { add in
        try script.run(
          write: add, rows: { chunk, text in try reader.withPiece(chunk) { try text.write($0, add) } })
      }
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

extension ScriptExport {
  /// The size of the script in bytes, counting rows in their converted form.
  func byteCount(_ reader: ChunkReader) throws -> Int {
    var count = 0
    try run(
      write: { count += $0.count },
      rows: { chunk, text in
        if case .copy = text {
          count += chunk.byteCount
        } else {
          try reader.withPiece(chunk) { text.write($0) { count += $0.count } }
        }
      })
    return count
  }
}

/// A tar archive that keeps a list of its files and their checksums.
private final class SummedTar {
  private let tar: TarWriter
  private let modified: Int
  private let digest = MD5()
  private var sums: [UInt8] = []
  private var list: [UInt8] = []

  init(modified: Int, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    tar = try TarWriter(write)
    self.modified = modified
  }

  func addFile(
    _ path: BytePath, byteCount: Int, permissions: UInt32,
    _ body: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try Interruption.check()
    try tar.add(path.bytes, .file(byteCount: byteCount), permissions: permissions, modified: modified)
    let (tar, digest) = (tar, digest)
    try body { bytes in
      digest.update(bytes)
      try tar.write(bytes)
    }
    let (name, isEscaped) = Self.escaped(path)
    // A line with an escaped name begins with a backslash.
    sums += "\(isEscaped ? "\\" : "")\(digest.finish().hexadecimal)  ".utf8
    sums += name + [0x0A]
    list += name + [0x0A]
  }

  func add(_ path: BytePath, _ bytes: [UInt8]) throws {
    try addFile(path, byteCount: bytes.count, permissions: 0o600) { add in try bytes.withUnsafeBytes(add) }
  }

  func add(_ path: BytePath, _ file: RecordedFile) throws {
    switch file.kind {
    case .file(let byteCount):
      try addFile(path, byteCount: byteCount, permissions: file.permissions) { try file.read($0) }
    case .directory: try add(path, .directory, file.permissions)
    case .link(let target): try add(path, .link(target: target), file.permissions)
    }
  }

  private func add(_ path: BytePath, _ kind: TarWriter.Kind, _ permissions: UInt32) throws {
    try tar.add(path.bytes, kind, permissions: permissions, modified: modified)
    list += Self.escaped(path).name + [0x0A]
  }

  func addSums(_ directory: BytePath) throws {
    try add(directory.appending("file-list.txt"), list)
    try add(directory.appending("checksums.md5"), sums)
  }

  func finish() throws { try tar.finish() }

  /// Names that a line cannot contain, escaped as md5sum does it.
  private static func escaped(_ path: BytePath) -> (name: [UInt8], isEscaped: Bool) {
    let marks: [UInt8: UInt8] = [
      UInt8(ascii: "\\"): UInt8(ascii: "\\"), 0x0A: UInt8(ascii: "n"), 0x0D: UInt8(ascii: "r"),
    ]
    guard path.bytes.contains(where: { marks[$0] != nil }) else { return (path.bytes, false) }
    return (path.bytes.flatMap { byte in marks[byte].map { [UInt8(ascii: "\\"), $0] } ?? [byte] }, true)
  }
}

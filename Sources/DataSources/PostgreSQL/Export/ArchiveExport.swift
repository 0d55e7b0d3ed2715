// A database in pg_dump's own formats, custom and directory, which pg_restore takes: the recorded table of contents
// with an entry for each table's rows, and the rows behind it, compressed as pg_dump does it.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import Glibc

/// Where an archive's data goes.
protocol ArchiveTarget: AnyObject {
  var container: DeflateContainer { get }
  /// Compressed bytes of what was begun last.
  func write(_ bytes: [UInt8]) throws
  func beginData(_ entry: Int) throws
  func endData() throws
  func beginObjects(_ entry: Int) throws
  func beginObject(_ oid: Int) throws
  func endObject() throws
  func endObjects() throws
}

struct ArchiveExport {
  let export: DatabaseExport
  private(set) var contents: ArchiveContents
  /// The entry of each table's rows.
  private var dataIDs: [Int] = []

  init(_ export: DatabaseExport, _ format: ArchiveHeader.Format) {
    self.export = export
    contents = export.contents
    // A directory's table of contents says that it is a tar archive's, which has the same.
    contents.header.format = format == .directory ? .tar : format
    contents.header.compression = contents.header.minorVersion >= 15 ? .algorithm(1) : .level(-1)
    addTableData()
    for index in contents.entries.indices where format == .directory {
      contents.entries[index].location = .file(fileName(contents.entries[index]))
    }
  }

  private func fileName(_ entry: ArchiveEntry) -> [UInt8] {
    if !entry.hasDumper { return [] }
    if entry.kind != "BLOBS" { return Array("\(entry.dumpID).dat".utf8) }
    return Array(DirectoryTarget.objectList(entry.dumpID, contents.header).utf8)
  }

  /// Entries as pg_dump makes them, in the place where it has them: before everything else that is data.
  private mutating func addTableData() {
    var next = contents.entries.map(\.dumpID).max() ?? 0
    next = max(next, contents.entries.flatMap(\.dependencies).max() ?? 0)
    var added: [ArchiveEntry] = []
    for table in export.tables {
      next += 1
      dataIDs.append(next)
      var entry = table.entry
      (entry.dumpID, entry.hasDumper, entry.catalogOID) = (next, true, 0)
      (entry.kind, entry.section) = ("TABLE DATA", ArchiveEntry.Section.data.rawValue)
      // pg_restore looks for this remark, and then does not empty the table before it.
      entry.definition =
        table.loadThrough.map {
          export.encoding.bytes("-- load via partition root \($0.quoted)")
        } ?? []
      (entry.dropStatement, entry.tablespace, entry.accessMethod, entry.relationKind) = (nil, nil, nil, 0)
      entry.copyStatement = export.copyStatement(table)
      entry.dependencies = [table.entry.dumpID]
      entry.location = .offset(state: 1, 0)
      added.append(entry)
    }
    let place = contents.entries.firstIndex { entry in
      ["TABLE DATA", "SEQUENCE SET", "BLOBS"].contains(entry.kind)
        || entry.section == ArchiveEntry.Section.postData.rawValue
    }
    contents.entries.insert(contentsOf: added, at: place ?? contents.entries.count)
  }

  /// Writes all data, tables first.
  func writeData(_ target: any ArchiveTarget) throws {
    try ExportPipeline.run(export.store, target.container, write: target.write) { pipeline in
      var ids = dataIDs[...]
      try export.forEachTable(export.tables) { table, advance in
        guard let id = ids.popFirst() else { return }
        try pipeline.then { try target.beginData(id) }
        try pipeline.stream(target.container) {
          for chunk in table.list.chunks {
            try pipeline.write(chunk)
            advance(chunk.byteCount)
          }
          // As pg_dump ends rows. Only a script that pg_restore writes needs it.
          try pipeline.write("\\.\n\n\n")
        }
        try pipeline.then { try target.endData() }
      }
      try copyBlocks(pipeline, target)
    }
  }

  /// What the recorded archive has of data: large objects, and the configuration of extensions.
  private func copyBlocks(_ pipeline: ExportPipeline, _ target: any ArchiveTarget) throws {
    let wanted = Set(contents.entries.filter(\.hasDumper).map(\.dumpID)).subtracting(dataIDs)
    if wanted.isEmpty { return }
    let input = try export.rest()
    while try !input.isAtEnd {
      let kind = try input.byte()
      let id = try input.integer()
      let isWanted = wanted.contains(id)
      switch kind {
      case 1:
        if isWanted { try pipeline.then { try target.beginData(id) } }
        try copyParts(input, isWanted ? pipeline : nil, target)
        if isWanted { try pipeline.then { try target.endData() } }
      case 3:
        if isWanted { try pipeline.then { try target.beginObjects(id) } }
        while case let oid = try input.integer(), oid != 0 {
          if isWanted { try pipeline.then { try target.beginObject(oid) } }
          try copyParts(input, isWanted ? pipeline : nil, target)
          if isWanted { try pipeline.then { try target.endObject() } }
        }
        if isWanted { try pipeline.then { try target.endObjects() } }
      default: throw ArchiveProblem.damaged("there is a block of the unknown kind \(kind)")
      }
    }
  }

  /// One run of parts, each with its length, up to one without any.
  private func copyParts(
    _ input: ArchiveInput, _ pipeline: ExportPipeline?, _ target: any ArchiveTarget
  ) throws {
    func parts() throws {
      while case let count = try input.integer(), count != 0 {
        guard count > 0 else { throw ArchiveProblem.damaged("a part has \(count) bytes") }
        try input.pieces(count) { try pipeline?.write($0) }
      }
    }
    guard let pipeline else { return try parts() }
    try pipeline.stream(target.container, parts)
  }
}

/// pg_dump's custom format: one file, each piece of data in parts with their lengths.
final class CustomTarget: ArchiveTarget {
  let container = DeflateContainer.zlib
  private let output: ArchiveOutput
  private let sink: ([UInt8]) throws -> Void
  private var position = 0
  /// Where the data of each entry begins.
  private(set) var offsets: [Int: Int] = [:]

  init(_ contents: ArchiveContents, _ sink: @escaping ([UInt8]) throws -> Void) throws {
    output = ArchiveOutput(
      integerByteCount: Int(contents.header.integerByteCount),
      offsetByteCount: Int(contents.header.offsetByteCount))
    self.sink = sink
    try put(contents.encoded)
  }

  private func put(_ bytes: [UInt8]) throws {
    try sink(bytes)
    position += bytes.count
  }

  private func integer(_ value: Int) -> [UInt8] {
    var output = output
    output.integer(value)
    return output.bytes
  }

  func write(_ bytes: [UInt8]) throws { try put(integer(bytes.count) + bytes) }

  private func begin(_ entry: Int, _ kind: UInt8) throws {
    offsets[entry] = position
    try put([kind] + integer(entry))
  }

  func beginData(_ entry: Int) throws { try begin(entry, 1) }
  func endData() throws { try put(integer(0)) }
  func beginObjects(_ entry: Int) throws { try begin(entry, 3) }
  func beginObject(_ oid: Int) throws { try put(integer(oid)) }
  func endObject() throws { try put(integer(0)) }
  func endObjects() throws { try put(integer(0)) }

  /// The table of contents with the places of all data, as long as the one without.
  func located(_ contents: ArchiveContents) -> [UInt8] {
    var contents = contents
    for index in contents.entries.indices {
      guard let offset = offsets[contents.entries[index].dumpID] else { continue }
      contents.entries[index].location = .offset(state: 2, UInt64(offset))
    }
    return contents.encoded
  }
}

/// pg_dump's directory format: a file for each table and each large object.
final class DirectoryTarget: ArchiveTarget {
  let container = DeflateContainer.gzip
  private let directory: NewFile
  private let files: any FileOperations
  private let header: ArchiveHeader
  private var file: OpenFile?
  private var objects: OpenFile?

  init(_ contents: ArchiveContents, _ directory: NewFile, files: any FileOperations) throws {
    (self.directory, self.files, header) = (directory, files, contents.header)
    try files.write(contents.encoded, to: directory.makeFile("toc.dat"))
  }

  /// Before version 1.16 there is only one, and its name is fixed.
  static func objectList(_ entry: Int, _ header: ArchiveHeader) -> String {
    header.minorVersion >= 16 ? "blobs_\(entry).toc" : "blobs.toc"
  }

  func write(_ bytes: [UInt8]) throws { if let file { try files.write(bytes, to: file) } }
  func beginData(_ entry: Int) throws { file = try directory.makeFile(BytePath("\(entry).dat.gz")) }
  func endData() throws { file = nil }
  func endObject() throws { file = nil }
  func endObjects() throws { objects = nil }

  func beginObjects(_ entry: Int) throws {
    objects = try directory.makeFile(BytePath(Self.objectList(entry, header)))
  }

  func beginObject(_ oid: Int) throws {
    file = try directory.makeFile(BytePath("blob_\(oid).dat.gz"))
    if let objects { try files.write(Array("\(oid) blob_\(oid).dat\n".utf8), to: objects) }
  }
}

// Exports a database in pg_dump's own formats, custom and directory, for pg_restore: the recorded table of contents with an
// entry for each table's rows, followed by the rows, compressed as pg_dump does it.

import Glibc

struct ArchiveExport {
  let export: DatabaseExport
  private(set) var contents: ArchiveContents
  /// The entry of each table's rows.
  private var dataIDs: [Int] = []

  init(_ export: DatabaseExport, _ format: ArchiveHeader.Format) {
    self.export = export
    contents = export.contents
    // In a directory the table of contents is that of a tar archive.
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

  /// Adds entries as pg_dump makes them, in pg_dump's place: before all other data.
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
      // If pg_restore finds this comment, it does not empty the table first.
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

  /// Writes all data, starting with tables.
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
          // pg_dump ends rows like this. Only scripts written by pg_restore need it.
          try pipeline.write("\\.\n\n\n")
        }
        try pipeline.then { try target.endData() }
      }
      try copyBlocks(pipeline, target)
    }
  }

  /// Copies the data of the recorded archive: large objects, and the configuration tables of extensions.
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

  /// Copies parts, each after its length, up to an empty one.
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

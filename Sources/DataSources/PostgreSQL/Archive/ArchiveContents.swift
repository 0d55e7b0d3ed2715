// The header and the table of contents of pg_dump's archives, read from their bytes and written again, byte for
// byte the same (src/bin/pg_dump/pg_backup_archiver.c, versions 1.12 to 1.16 of the format). Texts are bytes in
// the database's encoding; `name` and `schema` are what they read as.

import Checkpoints
import ChunkStore
import FileSystem

package struct ArchiveHeader: Sendable, Equatable {
  package enum Format: UInt8, Sendable {
    case custom = 1
    case tar = 3
    case directory = 5
  }

  package enum Compression: Sendable, Equatable {
    /// zlib's level, before 1.15.
    case level(Int)
    /// From 1.15: 0 none, 1 gzip, 2 LZ4, 3 zstd.
    case algorithm(UInt8)
  }

  /// For instance 14 for 1.14.
  package var minorVersion: UInt8
  package var revision: UInt8
  package var integerByteCount: UInt8
  package var offsetByteCount: UInt8
  package var format: Format
  package var compression: Compression
  /// Local time as `struct tm` has it: seconds to years since 1900, daylight saving.
  package var time: [Int]
  package var databaseName: [UInt8]?
  package var serverVersion: [UInt8]?
  package var dumpVersion: [UInt8]?

  package var isCompressed: Bool { compression != .level(0) && compression != .algorithm(0) }

  init(_ input: ArchiveInput) throws {
    guard (try? input.bytes(5)) == Array("PGDMP".utf8) else { throw ArchiveProblem.notAnArchive }
    let major = try input.byte()
    (minorVersion, revision) = (try input.byte(), try input.byte())
    guard major == 1, (12...16).contains(minorVersion) else {
      throw ArchiveProblem.unknownVersion("\(major).\(minorVersion)")
    }
    (integerByteCount, offsetByteCount) = (try input.byte(), try input.byte())
    guard (4...8).contains(integerByteCount), (4...8).contains(offsetByteCount) else {
      throw ArchiveProblem.damaged("its numbers have \(integerByteCount) and \(offsetByteCount) bytes")
    }
    (input.integerByteCount, input.offsetByteCount) = (Int(integerByteCount), Int(offsetByteCount))
    let number = try input.byte()
    guard let known = Format(rawValue: number) else { throw ArchiveProblem.unknownFormat(number) }
    format = known
    compression = try minorVersion >= 15 ? .algorithm(input.byte()) : .level(input.integer())
    time = try (0..<7).map { _ in try input.integer() }
    (databaseName, serverVersion, dumpVersion) = (try input.text(), try input.text(), try input.text())
  }

  func write(to output: inout ArchiveOutput) {
    output.raw("PGDMP".utf8)
    output.raw([1, minorVersion, revision, integerByteCount, offsetByteCount, format.rawValue])
    switch compression {
    case .level(let level): output.integer(level)
    case .algorithm(let number): output.byte(number)
    }
    for part in time { output.integer(part) }
    for text in [databaseName, serverVersion, dumpVersion] { output.text(text) }
  }
}

package struct ArchiveEntry: Sendable, Equatable {
  package enum Location: Sendable, Equatable {
    /// In a custom archive: whether the place is known (1 not yet, 2 yes, 3 there is no data), and the place.
    case offset(state: UInt8, UInt64)
    /// In a directory: the file's name.
    case file([UInt8]?)
    case none
  }

  package enum Section: Int, Sendable {
    case none = 1
    case preData, data, postData
  }

  package var dumpID: Int
  package var hasDumper: Bool
  package var catalogOID: Int
  package var objectOID: Int
  package var tag: [UInt8]?
  /// “TABLE”, “FK CONSTRAINT”, “SEQUENCE SET” …
  package var kind: String
  package var section: Int
  package var definition: [UInt8]?
  package var dropStatement: [UInt8]?
  package var copyStatement: [UInt8]?
  package var namespace: [UInt8]?
  package var tablespace: [UInt8]?
  package var accessMethod: [UInt8]?
  /// From version 1.16.
  package var relationKind: Int
  package var owner: [UInt8]?
  package var withOIDs: [UInt8]?
  package var dependencies: [Int]
  package var location: Location
  /// The tag as it reads.
  package var name = ""
  /// The namespace as it reads.
  package var schema: String?

  init(_ input: ArchiveInput, _ header: ArchiveHeader) throws {
    dumpID = try input.integer()
    hasDumper = try input.integer() != 0
    (catalogOID, objectOID) = (try input.textNumber(), try input.textNumber())
    tag = try input.text()
    kind = String(decoding: try input.text() ?? [], as: UTF8.self)
    section = try input.integer()
    (definition, dropStatement, copyStatement) = (try input.text(), try input.text(), try input.text())
    (namespace, tablespace) = (try input.text(), try input.text())
    accessMethod = header.minorVersion >= 14 ? try input.text() : nil
    relationKind = header.minorVersion >= 16 ? try input.integer() : 0
    (owner, withOIDs) = (try input.text(), try input.text())
    dependencies = []
    while let text = try input.text() {
      guard let number = Int(String(decoding: text, as: UTF8.self)) else {
        throw ArchiveProblem.damaged("a dependency of \(dumpID) is no number")
      }
      dependencies.append(number)
    }
    switch header.format {
    case .custom:
      location = .offset(state: try input.byte(), try input.magnitude(input.offsetByteCount))
    case .directory, .tar: location = .file(try input.text())
    }
  }

  func write(to output: inout ArchiveOutput, _ header: ArchiveHeader) {
    output.integer(dumpID)
    output.integer(hasDumper ? 1 : 0)
    output.text("\(catalogOID)")
    output.text("\(objectOID)")
    output.text(tag)
    output.text(kind)
    output.integer(section)
    for text in [definition, dropStatement, copyStatement, namespace, tablespace] { output.text(text) }
    if header.minorVersion >= 14 { output.text(accessMethod) }
    if header.minorVersion >= 16 { output.integer(relationKind) }
    output.text(owner)
    output.text(withOIDs)
    for dependency in dependencies { output.text("\(dependency)") }
    output.text(nil)
    switch location {
    case .offset(let state, let place):
      output.byte(state)
      output.offset(place)
    case .file(let name): output.text(name)
    case .none: break
    }
  }
}

package struct ArchiveContents: Sendable {
  package var header: ArchiveHeader
  package var entries: [ArchiveEntry]
  /// PostgreSQL's name for the encoding of all texts.
  package private(set) var encoding = "UTF8"

  /// Reads the header and the table of contents, and leaves the input behind them.
  package static func read(_ input: ArchiveInput) throws -> ArchiveContents {
    let header = try ArchiveHeader(input)
    let count = try input.integer()
    guard count >= 0 else { throw ArchiveProblem.damaged("it has \(count) entries") }
    var contents = ArchiveContents(header: header, entries: [])
    // One after another: memory grows with what is really there, not with what the count says.
    for _ in 0..<count { contents.entries.append(try ArchiveEntry(input, header)) }
    contents.decodeNames()
    return contents
  }

  package static func read(_ pull: @escaping () throws -> [UInt8]) throws -> ArchiveContents {
    try read(ArchiveInput(pull))
  }

  static func read(_ document: DatabaseDocument, _ reader: ChunkReader) throws -> ArchiveContents {
    guard let archive = document.archive else { throw DatabaseProblem.documentMissing }
    return try read(ArchiveInput(StreamLists(document.list, reader).list(of: archive), reader))
  }

  private mutating func decodeNames() {
    if let setting = entries.first(where: { $0.kind == "ENCODING" })?.definition {
      // SET client_encoding = 'UTF8';
      let words = setting.split(separator: UInt8(ascii: "'"))
      if words.count > 1 { encoding = String(decoding: words[1], as: UTF8.self) }
    }
    let decoder = DatabaseEncoding(encoding)
    for index in entries.indices {
      entries[index].name = decoder.text(entries[index].tag ?? [])
      entries[index].schema = entries[index].namespace.map(decoder.text)
    }
  }

  /// The header and the table of contents as pg_dump writes them.
  package var encoded: [UInt8] {
    var output = ArchiveOutput(
      integerByteCount: Int(header.integerByteCount), offsetByteCount: Int(header.offsetByteCount))
    header.write(to: &output)
    output.integer(entries.count)
    for entry in entries { entry.write(to: &output, header) }
    return output.bytes
  }
}

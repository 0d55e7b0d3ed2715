// The header and the table of contents of pg_dump's archives, read from bytes and written again, byte for byte the same
// (src/bin/pg_dump/pg_backup_archiver.c, versions 1.12 to 1.16 of the format).

import Checkpoints
import ChunkStore

package struct ArchiveContents: Sendable {
  package var header: ArchiveHeader
  package var entries: [ArchiveEntry]
  /// PostgreSQL's name for the encoding of all texts.
  package private(set) var encoding = "UTF8"

  /// Reads the header and the table of contents. The input is then at the data.
  package static func read(_ input: ArchiveInput) throws -> ArchiveContents {
    let header = try ArchiveHeader(input)
    let count = try input.integer()
    guard count >= 0 else { throw ArchiveProblem.damaged("it has \(count) entries") }
    var contents = ArchiveContents(header: header, entries: [])
    // One after another, so that memory grows with the entries that are really there, not with the count.
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

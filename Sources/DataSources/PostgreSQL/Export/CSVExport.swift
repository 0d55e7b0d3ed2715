// Exports each table as a file of comma-separated values with a header line, like `COPY … TO … CSV HEADER`.

import Codecs
import FileSystem

struct CSVExport {
  private static let longestName = 255

  let export: DatabaseExport
  let files: any FileOperations

  func write(into directory: NewFile) throws {
    var file: OpenFile?
    let write: ([UInt8]) throws -> Void = { bytes in if let file { try files.write(bytes, to: file) } }
    try ExportPipeline.run(export.store, nil, write: write) { pipeline in
      try export.forEachTable(export.tables) { table, advance in
        try pipeline.then { file = try directory.makeFile(Self.fileName(table.name)) }
        try pipeline.write(head(table))
        let text = RowText.csv(columnCount: table.columns.count)
        for chunk in table.list.chunks {
          try pipeline.write(chunk, as: text)
          advance(chunk.byteCount)
        }
      }
    }
  }

  private func head(_ table: DatabaseExport.Table) -> [UInt8] {
    var line: [UInt8] = []
    for (index, column) in table.columns.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      let start = line.count
      line += export.encoding.bytes(column)
      RowText.quoteLast(from: start, isSingle: table.columns.count == 1, &line)
    }
    return line + [0x0A]
  }

  /// `schema.table.csv`. Characters that a file name cannot have are written as their code, such as `%2F`, and so are dots
  /// in names, which could make two tables' files one.
  static func fileName(_ table: TableName) -> BytePath {
    func escaped(_ name: String) -> [UInt8] {
      name.utf8.flatMap { byte -> [UInt8] in
        let isUnsafe = byte < 0x20 || byte == 0x7F || "/.%\\".utf8.contains(byte)
        return isUnsafe ? [UInt8(ascii: "%")] + Array([byte].hexadecimal.uppercased().utf8) : [byte]
      }
    }
    let name = escaped(table.schema) + [UInt8(ascii: ".")] + escaped(table.name)
    let end = Array(".csv".utf8)
    if name.count + end.count <= longestName { return BytePath(name + end) }
    let digest = Array(SHA256.digest(name).prefix(8).hexadecimal.utf8)
    return BytePath(
      name.prefix(longestName - end.count - digest.count - 1) + [UInt8(ascii: "-")] + digest + end)
  }
}

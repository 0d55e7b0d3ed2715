// Converts COPY's text to INSERT statements and CSV. A row is a line, a value ends at a tab, and a backslash escapes what
// would mean something else (“COPY”, File Formats, in PostgreSQL's manual).

import ChunkStore
import Codecs

enum RowText: Sendable {
  /// Unchanged.
  case copy
  /// `INSERT` statements; the prefix comes before the values of each row.
  case inserts(prefix: [UInt8], hasColumns: Bool)
  /// Comma-separated values.
  case csv(columnCount: Int)

  private static let pieceBytes = 1 << 16

  /// Passes on the text of a chunk, in pieces that are valid only inside `body`.
  func write(_ rows: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    if case .copy = self { return try body(rows) }
    var output: [UInt8] = []
    output.reserveCapacity(Self.pieceBytes * 2)
    var start = 0
    while start < rows.count {
      let rest = UnsafeRawBufferPointer(rebasing: rows[start...])
      let length = LineScan.end(of: rest)
      let end = length > 0 && rest[length - 1] == 0x0A ? length - 1 : length
      append(UnsafeRawBufferPointer(rebasing: rest[..<end]), to: &output)
      start += length
      if output.count >= Self.pieceBytes || start == rows.count {
        try output.withUnsafeBytes(body)
        output.removeAll(keepingCapacity: true)
      }
    }
  }

  private func append(_ row: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    switch self {
    case .copy: break
    case .inserts(let prefix, let hasColumns):
      output += prefix
      if hasColumns {
        output += "(".utf8
        Self.forEachValue(of: row) { value, isFirst in
          if !isFirst { output += ", ".utf8 }
          guard let value else {
            output += "NULL".utf8
            return
          }
          output.append(UInt8(ascii: "'"))
          Self.forEachByte(of: value) { byte in
            if byte == UInt8(ascii: "'") { output.append(byte) }
            output.append(byte)
          }
          output.append(UInt8(ascii: "'"))
        }
        output += ")".utf8
      }
      output += ";\n".utf8
    case .csv(let columnCount):
      // A row without columns is an empty line as well, and not an empty value.
      if columnCount == 0 { return output.append(0x0A) }
      Self.forEachValue(of: row) { value, isFirst in
        if !isFirst { output.append(UInt8(ascii: ",")) }
        guard let value else { return }
        let start = output.count
        Self.forEachByte(of: value) { output.append($0) }
        Self.quoteLast(from: start, isSingle: columnCount == 1, &output)
      }
      output.append(0x0A)
    }
  }

  /// Quotes the value that was appended last if needed, by PostgreSQL's own rules.
  static func quoteLast(from start: Int, isSingle: Bool, _ output: inout [UInt8]) {
    let value = output[start...]
    // An empty value differs from NULL, and a lone \. would be read as the end.
    let isPlain =
      !value.isEmpty && !(isSingle && value.elementsEqual(#"\."#.utf8))
      && !value.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
    if isPlain { return }
    let quoted = value.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
    output.removeSubrange(start...)
    output.append(UInt8(ascii: "\""))
    output += quoted
    output.append(UInt8(ascii: "\""))
  }

  /// The values of a row as they are written; nil for NULL.
  private static func forEachValue(
    of row: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?, Bool) -> Void
  ) {
    var start = 0
    while true {
      // A tab inside a value is written as \t.
      var end = start
      while end < row.count && row[end] != 0x09 { end += 1 }
      let value = UnsafeRawBufferPointer(rebasing: row[start..<end])
      let isNull = value.count == 2 && value[0] == UInt8(ascii: "\\") && value[1] == UInt8(ascii: "N")
      body(isNull ? nil : value, start == 0)
      if end == row.count { return }
      start = end + 1
    }
  }

  /// The bytes of a value, without escapes.
  static func forEachByte(of value: UnsafeRawBufferPointer, _ body: (UInt8) -> Void) {
    var index = 0
    while index < value.count {
      var byte = value[index]
      if byte == UInt8(ascii: "\\") && index + 1 < value.count {
        index += 1
        byte = meaning(of: value[index])
      }
      body(byte)
      index += 1
    }
  }

  private static func meaning(of escaped: UInt8) -> UInt8 {
    switch escaped {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "v"): 0x0B
    default: escaped
    }
  }
}

extension ExportPipeline {
  func write(_ chunk: ChunkReference, as text: RowText) throws {
    try write(chunk) { try text.write($0, $1) }
  }
}

// Exports a database as a plain script for psql: definitions, rows, sequences and large objects, indexes and constraints; or
// only rows, as statements that fit any table with these columns.

import ChunkStore
import FileSystem
import Postgres

struct ScriptExport {
  let export: DatabaseExport

  /// Passes literal text to `write`, and chunks of rows, with the form that they are converted to, to `rows`.
  func run(
    write: @escaping (UnsafeRawBufferPointer) throws -> Void, rows: (ChunkReference, RowText) throws -> Void
  ) throws {
    let frame = ScriptFrame(key: export.frameKey, write: write)
    // For rows only, this section has just the settings.
    try section("pre-data", frame)
    if export.part.contents != .data {
      try frame.text(export.encoding.bytes(export.columnOrder.script))
    }
    switch export.part.contents {
    case .everything:
      try copyRows(frame, rows)
      try section("data", frame)
      // Event triggers of the project are in the next section, and must not run for this.
      try fillViews(frame, rows)
      try section("post-data", frame)
    case .schema: try section("post-data", frame)
    case .data:
      try insertRows(frame, rows)
      try section("data", frame)
    }
    try frame.close()
  }

  private func section(_ name: String, _ frame: ScriptFrame) throws {
    try export.script(name) { try frame.pass($0) }
    try frame.endSection()
  }

  private func copyRows(_ frame: ScriptFrame, _ rows: (ChunkReference, RowText) throws -> Void) throws {
    try export.forEachTable(export.tables) { table, advance in
      try frame.text(title(table) + export.copyStatement(table))
      for chunk in table.list.chunks {
        try rows(chunk, .copy)
        advance(chunk.byteCount)
      }
      try frame.text("\\.\n\n".utf8)
    }
  }

  /// For a superuser, views get the recorded rows; for other users they are refreshed.
  private func fillViews(_ frame: ScriptFrame, _ rows: (ChunkReference, RowText) throws -> Void) throws {
    for view in export.views {
      let (name, staging) = (view.name.quoted, "pg_temp.checkpoint_rows")
      try frame.text(
        title(view)
          + export.encoding.bytes(
            "CREATE TEMPORARY TABLE checkpoint_rows (LIKE \(name));\n"
              + "COPY \(staging)\(CatalogTable.list(view.columns)) FROM stdin;\n"))
      for chunk in view.list.chunks { try rows(chunk, .copy) }
      try frame.text(
        export.encoding.bytes(
          """
          \\.

          DO $checkpoint$ BEGIN
            IF current_setting('is_superuser') = 'on' THEN
              UPDATE pg_catalog.pg_class SET relkind = 'r', relispopulated = true WHERE oid = \(name.asLiteral)::regclass;
              INSERT INTO \(name) SELECT * FROM \(staging);
              UPDATE pg_catalog.pg_class SET relkind = 'm' WHERE oid = \(name.asLiteral)::regclass;
            ELSE
              REFRESH MATERIALIZED VIEW \(name);
            END IF;
          END $checkpoint$;

          DROP TABLE \(staging);

          """))
    }
  }

  private func insertRows(_ frame: ScriptFrame, _ rows: (ChunkReference, RowText) throws -> Void) throws {
    if !export.circles.isEmpty {
      try frame.text(
        export.encoding.bytes(
          """
          -- These tables refer to each other in circles, so no order of rows satisfies their foreign keys:
          -- \(Self.inComment(export.circles.joined(separator: ", ")))

          """))
    }
    try export.forEachTable(export.tablesByReference) { table, advance in
      try frame.text(title(table))
      let isPlain = table.columns.isEmpty
      let values = (table.overridesIdentity ? "OVERRIDING SYSTEM VALUE " : "") + "VALUES "
      let statement =
        "INSERT INTO \(table.target.quoted)\(CatalogTable.list(table.columns)) "
        + (isPlain ? "DEFAULT VALUES" : values)
      let text = RowText.inserts(prefix: export.encoding.bytes(statement), hasColumns: !isPlain)
      for chunk in table.list.chunks {
        try rows(chunk, text)
        advance(chunk.byteCount)
      }
      try frame.text("\n".utf8)
    }
  }

  private func title(_ table: DatabaseExport.Table) -> [UInt8] {
    export.encoding.bytes("--\n-- Data: \(Self.inComment(table.name.display))\n--\n\n")
  }

  /// A line feed or a carriage return in a name must not end the comment.
  private static func inComment(_ text: String) -> String {
    text.substituting("\n", with: " ").substituting("\r", with: " ")
  }
}

/// Joins the scripts of several sections. pg_restore puts each between two commands with a random key, between which psql
/// obeys no other commands. The whole gets one such pair, with a key that no author of the contents can know and that is the
/// same for the same contents. Versions without these commands print none, and then there are none.
private final class ScriptFrame {
  private static let longestHead = 1024
  private static let longestTail = 256

  private let key: String
  private let write: (UnsafeRawBufferPointer) throws -> Void
  private var isOpen = false
  private var head: [UInt8]? = []
  private var sectionKey: [UInt8] = []
  private var tail: [UInt8] = []

  init(key: String, write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    (self.key, self.write) = (key, write)
  }

  func text(_ bytes: some Sequence<UInt8>) throws { try Array(bytes).withUnsafeBytes(write) }

  /// Passes on a piece of a section's script. What may be its end is held back.
  func pass(_ bytes: UnsafeRawBufferPointer) throws {
    if head != nil {
      head?.append(contentsOf: bytes)
      if head.map({ $0.count >= Self.longestHead }) == true { try openSection() }
      return
    }
    if bytes.count >= Self.longestTail {
      try text(tail)
      tail = []
      try write(UnsafeRawBufferPointer(rebasing: bytes.dropLast(Self.longestTail)))
      tail = Array(bytes.suffix(Self.longestTail))
    } else {
      tail += bytes
      try text(tail.dropLast(Self.longestTail))
      tail = tail.suffix(Self.longestTail)
    }
  }

  private func openSection() throws {
    guard var script = head else { return }
    head = nil
    if let line = Self.line(#"\restrict "#, in: script) {
      sectionKey = Array(script[line].dropFirst(#"\restrict "#.utf8.count).dropLast())
      script.replaceSubrange(line, with: isOpen ? [] : Array("\\restrict \(key)\n".utf8))
      isOpen = true
    }
    try script.withUnsafeBytes { try pass($0) }
  }

  func endSection() throws {
    try openSection()
    if !sectionKey.isEmpty {
      let start = #"\unrestrict "# + String(decoding: sectionKey, as: UTF8.self)
      if let line = Self.line(start, in: tail) { tail.removeSubrange(line) }
    }
    try text(tail)
    (head, tail, sectionKey) = ([], [], [])
  }

  func close() throws {
    if isOpen { try text("\\unrestrict \(key)\n".utf8) }
  }

  /// The first line with this beginning, including its newline.
  private static func line(_ start: String, in bytes: [UInt8]) -> Range<Int>? {
    guard let found = bytes.firstRange(of: Array("\n\(start)".utf8)) else { return nil }
    let begin = found.lowerBound + 1
    let end = bytes[begin...].firstIndex(of: 0x0A) ?? bytes.count - 1
    return begin..<(end + 1)
  }
}

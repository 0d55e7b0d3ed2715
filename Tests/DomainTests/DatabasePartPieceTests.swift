// The pieces of which restoring a part is made: names, patterns for pg_dump, rows with other fields, what undo is about.

import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("Parts of databases, in pieces")
struct DatabasePartPieceTests {
  @Test(
    "a name means a table in every schema, with a dot in one, and wildcards match parts of it",
    arguments: [
      ("orders", true), ("shop.orders", true), ("other.orders", false), ("Orders", false), ("ord*", true),
      ("shop.*", true), ("sh?p.orders", true), ("sho*", false), ("*.ord[a-f]rs", true), ("shop", false),
      ("", false),
    ])
  func tables(pattern: String, isMeant: Bool) {
    #expect(NamePattern.matches(pattern, table: "orders", in: "shop") == isMeant)
  }

  @Test("a name with characters of patterns means itself", arguments: ["a*b", "a[b", "a.b", "a\\b", "a?"])
  func literally(name: String) {
    #expect(NamePattern.matches(name, table: name, in: "public"))
    #expect(NamePattern.matches("public.\(name)", table: name, in: "public"))
  }

  @Test("a mark that would combine with the dot or the equals sign before it belongs to the name")
  func marks() {
    let name = "\u{301}orders"
    for pattern in ["=\(name)", "\(name)", "\u{301}o*"] { #expect(NamePattern.matches(pattern, name)) }
    for pattern in ["=shop.\(name)", "shop.\(name)", "shop.\u{301}*", "sh?p.\(name)"] {
      #expect(NamePattern.matches(pattern, table: name, in: "shop"), "\(pattern)")
      #expect(!NamePattern.matches(pattern, table: "orders", in: "shop"), "\(pattern)")
    }
    #expect(NamePattern.isExact("=\u{301}*") && !NamePattern.isExact("a*\u{301}"))
  }

  @Test(
    "a part without choices is everything, a chosen schema brings its tables, a chosen table its partitions")
  func includes() {
    let table = TableName(schema: "shop", name: "orders")
    let leaf = TableName(schema: "parts", name: "orders_1")
    #expect(DatabasePart().includes(table, ancestors: []))
    #expect(DatabasePart(schemas: ["shop"]).includes(table, ancestors: []))
    #expect(!DatabasePart(schemas: ["parts"]).includes(table, ancestors: []))
    #expect(DatabasePart(tables: ["orders"]).includes(leaf, ancestors: [table]))
    #expect(!DatabasePart(tables: ["orders"]).includes(leaf, ancestors: []))
  }

  @Test("undo is about what was replaced, under the names of today")
  func reversed() throws {
    var request = DatabaseRequest()
    (request.source, request.destination) = ("main", "staging")
    request.part = DatabasePart(tables: ["orders"], contents: .data)
    request.renames = ["clients": "customers"]
    let back = try request.reversed
    #expect((back.source, back.destination) == ("staging", nil))
    #expect(back.part == DatabasePart(contents: .data))
    #expect(back.renames == [:])
  }

  @Test("one pattern of pg_dump names many tables, each character as itself")
  func patterns() {
    func patterns(_ names: String...) -> [String] {
      DumpPattern.matching(names.map { TableName(schema: "s", name: $0) })
    }
    #expect(patterns("t1") == [#""s".("t1")"#])
    #expect(patterns("t1", "t2", "t") == [#""s".("t"("1"|"2"|))"#])
    #expect(patterns("a\"b", "a.b") == [#""s".("a"("""b"|".b"))"#])
    // “é” in its two ways.
    #expect(patterns("\u{e9}", "e\u{301}") == ["\"s\".(\"e\u{301}\"|\"\u{e9}\")"])
    #expect(DumpPattern.matching([]) == [])
    let many = (0..<1200).map { TableName(schema: "s", name: "t\($0)") }
    #expect(DumpPattern.matching(many).count == 3)
  }

  @Test("fields are left out, replaced if they are NULL, added, and every other byte stays")
  func rows() {
    func apply(_ fields: [RowTransform.Field], _ text: String) -> String {
      var output: [UInt8] = []
      Array(text.utf8).withUnsafeBytes { RowTransform(fields).apply(to: $0, into: &output) }
      return String(decoding: output, as: UTF8.self)
    }
    let text = "1\ta\\tb\\n\\\\\t\\N\n\\N\t\t\\\\N\n"
    #expect(apply([.copied(0, orElse: nil), .copied(1, orElse: nil), .copied(2, orElse: nil)], text) == text)
    #expect(apply([.copied(2, orElse: nil), .copied(0, orElse: nil)], text) == "\\N\t1\n\\\\N\t\\N\n")
    #expect(
      apply([.copied(2, orElse: Array("x".utf8)), .constant(Array("c".utf8))], text) == "x\tc\n\\\\N\tc\n")
    #expect(apply([], text) == "\n\n")
    #expect(apply([.constant([])], "\n\n") == "\n\n")
    #expect(String(decoding: RowTransform.escaped("a\tb\nc\\d\re"), as: UTF8.self) == "a\\tb\\nc\\\\d\\re")
  }

  private static func recorded(_ name: String, _ columns: [String], root: String? = nil)
    -> DatabaseDocument.Table
  {
    DatabaseDocument.Table(
      schema: "public", name: name, columns: columns, types: columns.map { _ in "text" }, relfilenode: "",
      loadThrough: nil, ancestors: root.map { [TableName(schema: "public", name: $0)] }, bound: nil)
  }

  @Test("renames are understood with and without schema, of whole partitioned tables, and refused in doubt")
  func renames() throws {
    let tables = [
      Self.recorded("orders", ["id", "total"]), Self.recorded("log_1", ["at"], root: "log"),
      Self.recorded("log_2", ["at"], root: "log"), Self.recorded("a", ["b"]),
      Self.recorded("public", ["orders"]),
    ]
    func name(_ text: String) -> TableName { TableName(schema: "public", name: text) }
    let renames = try DataRenames(
      ["orders.total": "amount", "public.a.b": "c", "a": "other.z", "log.at": "moment", "log": "journal"],
      tables)
    #expect(renames.column("total", of: name("orders")) == "amount")
    #expect(renames.column("id", of: name("orders")) == "id")
    #expect(renames.column("at", of: name("log_2")) == "moment")
    #expect(renames.table(name("log")) == name("journal"))
    #expect(renames.table(name("a")) == TableName(schema: "other", name: "z"))
    for words in ["nix", "orders.nix", "public.orders"] {
      #expect(throws: DatabaseProblem.self) { try DataRenames([words: "x"], tables) }
    }
  }
}

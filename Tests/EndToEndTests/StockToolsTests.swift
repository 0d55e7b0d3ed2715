// This program is not needed to get the data back: zstd, a JSON reader, psql and pg_restore are enough.
// The way is the one that docs/format.md describes.

import FileSystem
import TestSupport
import Testing

/// Reads a store with nothing but zstd.
struct StockTools {
  let store: BytePath

  func file(_ chunk: String) -> BytePath { store.appending("chunks/\(chunk.prefix(2))/\(chunk)") }

  /// `cat FILE… | zstd -dc`
  func contents(_ chunks: [String]) throws -> [UInt8] {
    if chunks.isEmpty { return [] }
    let frames = try chunks.flatMap { try FileTree.readAll(file($0)) }
    return try Program.run(["zstd", "-dcq"], input: frames).succeeded().output
  }

  func document(ofSource type: String, in id: String) throws -> JSONValue {
    let manifest = try JSONValue(parsing: FileTree.readAll(store.appending("manifests/\(id).json")))
    let source = try #require(manifest["sources"]?.array?.first { $0["type"]?.string == type })
    return try JSONValue(parsing: contents([#require(source["document"]?.string)]))
  }

  /// The words of a stream's lines, in order: chunk, bytes, fingerprint, blocks or offset.
  private func lines(of stream: String, in document: JSONValue) throws -> [[String]] {
    let record = try #require(document["streams"]?.array?.first { $0["name"]?.string == stream })
    let first = try #require(record["lines"]?["first"]?.number.map { Int($0) })
    let count = try #require(record["lines"]?["count"]?.number.map { Int($0) })
    let list = String(decoding: try contents([#require(document["list"]?.string)]), as: UTF8.self)
    return list.split(separator: "\n").dropFirst(first - 1).prefix(count).map {
      $0.split(separator: " ").map(String.init)
    }
  }

  /// The chunks of a stream, in order: the first word of each of its lines.
  func chunks(of stream: String, in document: JSONValue) throws -> [String] {
    try lines(of: stream, in: document).map { $0[0] }
  }

  /// A stream's bytes: its chunks, or a piece of a chunk if the line has an offset.
  func contents(of stream: String, in document: JSONValue) throws -> [UInt8] {
    try lines(of: stream, in: document).flatMap { words in
      let chunk = try contents([words[0]])
      guard words.count > 3, let mark = words.last, mark.first == "@" else { return chunk }
      let offset = try #require(Int(mark.dropFirst()))
      return Array(chunk.dropFirst(offset).prefix(try #require(Int(words[1]))))
    }
  }
}

@Suite("Stock tools", .needsPostgreSQL)
struct StockToolsTests {
  @Test("a table's chunks, unpacked in order by zstd, are its COPY text")
  func copyText() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      "CREATE TABLE big AS SELECT n, repeat(md5(n::text), 20) AS text FROM generate_series(1, 12000) n")
    let id = try scene.take("full")
    let stock = StockTools(store: scene.store)
    let document = try stock.document(ofSource: "postgresql", in: id)
    for table in ["people", "things", "big"] {
      if table == "big" {
        let chunks = try stock.chunks(of: "public.big", in: document)
        #expect(chunks.count > 3, "several frames are concatenated")
        #expect(try stock.contents(chunks) == stock.contents(of: "public.big", in: document))
      }
      let expected = try database.psql("COPY \(table) TO STDOUT") + "\n"
      let isEqual =
        String(decoding: try stock.contents(of: "public.\(table)", in: document), as: UTF8.self) == expected
      #expect(isEqual, "\(table)")
    }
  }

  @Test("zstd, psql and pg_restore are enough to bring the whole database back")
  func wholeDatabase() throws {
    let scene = try Scene(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n")
    try database.fill()
    let id = try scene.take("database")
    let stock = StockTools(store: scene.store)
    let document = try stock.document(ofSource: "postgresql", in: id)
    let archive = scene.directory.path.appending("archive")
    let files = SystemFileOperations()
    try files.replaceFile(
      archive, with: stock.contents(of: "archive", in: document), mode: 0o644)

    let copy = try database.server.makeDatabase(.superuser)
    func restore(_ section: BytePath) throws {
      try Program.run([
        copy.server.programs.appending("pg_restore"), "--exit-on-error",
        BytePath("--section=".utf8 + section.bytes),
        "-h", copy.server.directory, "-U", "postgres", "-d", BytePath(copy.name), archive,
      ]).succeeded()
    }
    try restore("pre-data")
    for table in try #require(document["tables"]?.array) {
      let (schema, name) = (try #require(table["schema"]?.string), try #require(table["name"]?.string))
      func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
      let target = table["loadThrough"] ?? table
      let columns = try #require(table["columns"]?.array).compactMap(\.string).map(quoted).joined(
        separator: ", ")
      let (root, rootSchema) = (try #require(target["name"]?.string), try #require(target["schema"]?.string))
      let rows = try stock.contents(of: "\(schema).\(name)", in: document)
      let command =
        "COPY \(quoted(rootSchema)).\(quoted(root))\(columns.isEmpty ? "" : " (\(columns))") FROM STDIN"
      try copy.psql(command, feeding: rows)
    }
    try restore("data")
    try restore("post-data")
    let differences = try Picture.database(copy, isWhole: false).differences(
      since: .database(database, isWhole: false))
    try scene.expectNone(differences)
  }
}

// Exports that cannot be: a clear error, and nothing left of them.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Exports that fail", .needsPostgreSQL)
struct ExportFailureTests {
  private static let formats: [BytePath] = ["sql.gz", "dump", "dir", "csv"]

  private static func fill(_ database: TestDatabase) throws { try fill(database, rows: 400) }

  /// - Parameter rows: of 1.4 kB, half of which no compression takes away.
  private static func fill(_ database: TestDatabase, rows: Int) throws {
    try database.psql(
      """
      CREATE TABLE noise AS SELECT n, encode((SELECT string_agg(uuid_send(gen_random_uuid()), '') FROM generate_series(n, n + 43)), 'hex') AS text
        FROM generate_series(1, \(rows)) n;
      CREATE TABLE people (id int);
      """)
  }

  private func expectFailure(
    _ exports: ExportScene, _ arguments: [BytePath], code: Int32 = 1, _ texts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try exports.leftovers()
    let result = try exports.scene.program.run(["export"] + arguments)
    #expect(result.code == code, "\(result)", sourceLocation: sourceLocation)
    for text in texts + ["error: "] {
      #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: sourceLocation)
    }
    #expect(try exports.leftovers() == before, sourceLocation: sourceLocation)
  }

  @Test("wrong words are usage errors that say what is right")
  func usage() throws {
    let exports = try ExportScene(fill: Self.fill)
    try expectFailure(exports, ["exported"], code: 2, "format", "sql.gz", "csv")
    try expectFailure(exports, ["exported", "--format", "zip"], code: 2, "“zip”", "sql.gz")
    try expectFailure(exports, ["exported", "--format", "dir", "-o", "-"], code: 2, "standard output")
    try expectFailure(exports, ["exported", "--format", "csv", "--schema-only"], code: 2, "definitions")
    try expectFailure(
      exports, ["exported", "--format", "dump", "--schema-only", "--data-only"], code: 2, "exclude each other"
    )
    try expectFailure(
      exports, ["exported", "--format", "dump", "--source", "other"], code: 2, "“other”", "main")
    try expectFailure(exports, ["none-such", "--format", "dump"], "none-such")
    try expectFailure(
      exports, ["exported", "--format", "dump", "--table", "peple"], "“peple”", "did you mean: people?")
    try expectFailure(exports, ["exported", "--format", "dump", "--schema", "publik"], "“publik”", "public")
    try expectFailure(exports, ["exported", "--format", "dump", "-o", "no/such/a"], "no/such", "mkdir")
    let files = try exports.scene.take("custom", "without", "--no-database")
    try expectFailure(exports, [BytePath(files), "--format", "dump"], "database")
  }

  @Test("what is there already stays, unless --force replaces it")
  func existing() throws {
    let exports = try ExportScene(fill: Self.fill)
    for format in LongHunt.cases(Self.formats) {
      try FileTree.remove(exports.path("out"))
      try SystemFileOperations().replaceFile(exports.path("out"), with: Array("mine\n".utf8))
      try expectFailure(exports, ["exported", "--format", format, "-o", "out"], "exists already", "--force")
      #expect(try FileTree.readAll(exports.path("out")) == Array("mine\n".utf8))
      try exports.export(format, "out", "--force")
      try exports.export(format, "out", "--force")
      #expect(try exports.leftovers() == ["out"])
      let isDirectory = try FileTree.status(exports.path("out"))?.kind == .directory
      #expect(isDirectory == ["dir", "csv"].contains(format))
    }
  }

  @Test("--force replaces earlier exports, and neither directories of other things nor devices")
  func notReplaced() throws {
    let exports = try ExportScene(fill: Self.fill)
    try TemporaryDirectory.write(exports.path("mine/keep.txt"), Array("mine\n".utf8))
    for format in LongHunt.cases(Self.formats) {
      try expectFailure(
        exports, ["exported", "--format", format, "--force", "-o", "mine"], "not replaced", "--output")
      #expect(FileTree.exists(exports.path("mine/keep.txt")))
      try expectFailure(
        exports, ["exported", "--format", format, "--force", "-o", "/dev/null"], "not replaced")
      #expect(try FileTree.status("/dev/null")?.kind == .other)
    }
  }

  @Test("a damaged or missing chunk ends an export, which leaves nothing")
  func damage() throws {
    let exports = try ExportScene(fill: Self.fill)
    let stock = StockTools(store: exports.scene.store)
    let document = try stock.document(ofSource: "postgresql", in: exports.id)
    let chunk = try #require(stock.chunks(of: "public.noise", in: document).last)
    let file = stock.file(chunk)
    var bytes = try FileTree.readAll(file)
    bytes[bytes.count / 2] ^= 1
    try SystemFileOperations().replaceFile(file, with: bytes)
    for format in LongHunt.cases(Self.formats) {
      try expectFailure(exports, ["exported", "--format", format, "-o", "out"], code: 12, chunk, "damaged")
      try expectFailure(
        exports, ["exported", "--format", format, "-o", "out", "--table", "noise"], code: 12, chunk)
    }
    try FileTree.remove(file)
    for format in LongHunt.cases(Self.formats) {
      try expectFailure(exports, ["exported", "--format", format, "-o", "out"], code: 12, chunk, "missing")
      try exports.export(format, "people.\(format)", "--table", "people")
    }
  }

  @Test(
    "a full disk ends an export, which leaves nothing",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)))
  func fullDisk() throws {
    let exports = try ExportScene { try Self.fill($0, rows: 4000) }
    let mount = exports.path("disk")
    try FileTree.makeDirectories(mount, mode: 0o755)
    try SmallFileSystem.with(at: mount, byteCount: 2 << 20) { _ in
      for format in LongHunt.cases(Self.formats) {
        try expectFailure(
          exports, ["exported", "--format", format, "-o", "disk/out"], "No space left on device", "make room")
        #expect(try FileTree.list(mount) == [])
      }
    }
  }

  @Test("Ctrl-C ends an export, which leaves nothing")
  func interrupted() throws {
    let exports = try ExportScene(fill: { database in
      try database.psql(
        "CREATE TABLE large AS SELECT n, repeat(md5(n::text), 30) FROM generate_series(1, 60000) n")
    })
    for format in LongHunt.cases(Self.formats) {
      let running = try exports.scene.program.start(["export", "exported", "--format", format, "-o", "out"])
      let deadline = MonotonicTime.now + 30
      while try exports.leftovers().isEmpty && MonotonicTime.now < deadline { usleep(500) }
      let result = running.interrupt(after: 0)
      // It may have been quicker.
      if result.code == 0 {
        try FileTree.remove(exports.path("out"))
      } else {
        #expect(result.code == 130, "\(result)")
        #expect(try exports.leftovers() == [])
      }
    }
  }

  @Test("a directory where nothing may be written", .enabled(if: geteuid() == 0))
  func unwritable() throws {
    let exports = try ExportScene(fill: Self.fill)
    let locked = exports.path("locked")
    try FileTree.makeDirectories(locked, mode: 0o755)
    try TemporaryDirectory.write(locked.appending("file"), [])
    try SmallFileSystem.withReadOnly(locked) {
      try expectFailure(
        exports, ["exported", "--format", "dump", "-o", "locked/out"], "Read-only file system")
    }
  }

  @Test("the result is the path, and with --json what was written")
  func report() throws {
    let exports = try ExportScene(fill: Self.fill)
    let result = try exports.scene.run("export", "latest", "--format", "dump")
    #expect(try result.line == "\(exports.id).dump")
    let json = try exports.scene.run("export", "latest", "--format", "sql.gz", "--json").json()
    #expect(json["path"]?.string == "\(exports.id).sql.gz" && json["rows"]?.number == 400)
    let size = try FileTree.status(exports.path(BytePath("\(exports.id).sql.gz")))?.byteCount
    #expect(json["tables"]?.number == 2 && json["bytes"]?.number == size)
    #expect(json["format"]?.string == "sql.gz" && json["seconds"] != nil)
  }
}

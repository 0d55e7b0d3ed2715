// A whole checkpoint as tar.gz: unpacked by tar, checked by md5sum, and compared with what was recorded.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Exports of whole checkpoints", .needsPostgreSQL)
struct TarExportTests {
  /// Work in progress with names, modes and links of all kinds.
  private static func fill(_ scene: Scene) throws {
    let repository = scene.repository
    try repository.write("src/a.txt", "one\n")
    try repository.write("src/run", "#!/bin/sh\n", mode: 0o755)
    try repository.write("stages/stage-02-video/plan.md", "the plan\n")
    try repository.write(".gitignore", ".env*\n")
    try repository.commit("First")
    try repository.write("src/a.txt", "two\n")
    try repository.git("add", "src/a.txt")
    try repository.write("src/a.txt", "three\n", mode: 0o640)
    try repository.write("odd\nname/back\\slash \u{e9}\r", "odd\n")
    try repository.write(BytePath("latin-".utf8 + [0xE9]), "not UTF-8\n")
    try repository.write(BytePath(String(repeating: "long/", count: 60) + "name"), "deep\n")
    try repository.write("large", [UInt8](repeating: 7, count: 9 << 20))
    try FileTree.makeDirectories(repository.top.appending("empty"), mode: 0o750)
    try FileTree.makeLink(repository.top.appending("link"), to: "src/a.txt")
    try FileTree.makeLink(repository.top.appending("dangling"), to: "no where")
    try repository.write(".env", "SECRET=1\n", mode: 0o600)
  }

  private func unpacked(_ file: BytePath, _ scene: Scene) throws -> BytePath {
    let directory = scene.directory.path.appending("unpacked")
    try FileTree.remove(directory)
    try FileTree.makeDirectories(directory, mode: 0o755)
    let result = try Program.run(["tar", "xzpf", file, "-C", directory]).succeeded()
    #expect(result.errorText.isEmpty, "\(result)")
    return directory
  }

  private func text(_ file: BytePath) throws -> String {
    String(decoding: try FileTree.readAll(file), as: UTF8.self)
  }

  @Test("tar, md5sum and psql take everything of a checkpoint, as it was")
  func everything() throws {
    let scene = try Scene(.superuser)
    let database = try #require(scene.database)
    try Self.fill(scene)
    try database.fill()
    let id = try scene.take("full", "--database", BytePath(database.url), "--include-large")
    let output = try scene.checkpoint("export", id, "--format", "tar.gz").line
    #expect(output == "\(id).tar.gz")
    let file = scene.repository.top.appending("\(id).tar.gz")
    #expect(try FileTree.status(file)?.permissions == 0o600)
    let top = try unpacked(file, scene)
    #expect(
      try FileTree.list(top).map(\.description) == [
        "backup", "config", "metadata", "project", "verification",
      ])
    let checked = try Program.run(["md5sum", "-c", "verification/checksums.md5"], directory: top).succeeded()
    #expect(checked.lines.count > 10 && checked.lines.allSatisfy { $0.hasSuffix(": OK") })

    let names: [BytePath] = [
      "src/a.txt", "src/run", "odd\nname/back\\slash \u{e9}\r", BytePath("latin-".utf8 + [0xE9]), "large",
      BytePath(String(repeating: "long/", count: 60) + "name"), ".gitignore",
    ]
    for name in names {
      let (there, here) = (top.appending("project").appending(name), scene.repository.top.appending(name))
      let isEqual = try FileTree.readAll(there) == FileTree.readAll(here)
      #expect(isEqual, "\(name)")
      #expect(try FileTree.status(there)?.permissions == FileTree.status(here)?.permissions, "\(name)")
    }
    #expect(try FileTree.readLink(top.appending("project/link")) == "src/a.txt")
    #expect(try FileTree.readLink(top.appending("project/dangling")) == "no where")
    #expect(try FileTree.status(top.appending("project/empty"))?.permissions == 0o750)
    #expect(try text(top.appending("config/.env")) == "SECRET=1\n")
    #expect(try FileTree.status(top.appending("config/.env"))?.permissions == 0o600)

    let status = try text(top.appending("metadata/git-status.txt"))
    #expect(status.contains("On branch main") && status.contains("modified: src/a.txt"), "\(status)")
    #expect(try text(top.appending("metadata/git-log.txt")).contains("First"))
    #expect(try text(top.appending("metadata/git-branches.txt")).contains("* main"))
    #expect(
      try JSONValue(parsing: FileTree.readAll(top.appending("metadata/backup-metadata.json")))["id"]?.string
        == id)
    #expect(try text(top.appending("verification/file-list.txt")).contains("project/link\n"))

    let copy = try database.server.makeDatabase(.superuser)
    try copy.psql(text(top.appending("backup/database.sql")), asSuperuser: true)
    let differences = try Picture.database(copy, isWhole: false).differences(
      since: .database(database, isWhole: false))
    try scene.expectNone(differences)

    try scene.checkpoint("export", id, "--format", "tar.gz", "-o", "again")
    let isEqual = try FileTree.readAll(file) == FileTree.readAll(scene.repository.top.appending("again"))
    #expect(isEqual, "equal contents are equal bytes")
  }

  @Test("a stage's has the same layout, with sums, and says that kept files are inside")
  func stage() throws {
    let scene = try Scene(.createDatabases)
    let database = try #require(scene.database)
    try Self.fill(scene)
    try database.psql("CREATE TABLE people (id int); INSERT INTO people VALUES (1)")
    let id = try scene.take("stage-02-start", "--database", BytePath(database.url))
    let result = try scene.checkpoint(
      "export", BytePath(id), "--format", "tar.gz", "-o", "stage.tar.gz", "--data-only")
    #expect(result.printed.contains("1 file that git must not hold is inside, in config/"), "\(result)")
    let top = try unpacked(scene.repository.top.appending("stage.tar.gz"), scene)
    #expect(
      try FileTree.list(top).map(\.description) == [
        "backup", "config", "metadata", "project", "verification",
      ])
    #expect(try text(top.appending("project/stages/stage-02-video/plan.md")) == "the plan\n")
    #expect(try text(top.appending("config/.env")) == "SECRET=1\n")
    #expect(
      try text(top.appending("backup/database.sql")).contains(
        #"INSERT INTO "public"."people" ("id") VALUES ('1');"#)
    )
    try Program.run(["md5sum", "-c", "verification/checksums.md5"], directory: top).succeeded()
  }

  @Test("without a database there are the files, and of a checkpoint of the database only that")
  func parts() throws {
    let scene = try Scene(.createDatabases)
    let database = try #require(scene.database)
    try Self.fill(scene)
    let files = try scene.take("custom", "files", "--no-database")
    try scene.checkpoint("export", BytePath(files), "--format", "tar.gz", "-o", "a")
    var names = try FileTree.list(unpacked(scene.repository.top.appending("a"), scene)).map(\.description)
    #expect(names == ["config", "metadata", "project", "verification"])
    let alone = try scene.take("database", "--database", BytePath(database.url))
    try scene.checkpoint("export", BytePath(alone), "--format", "tar.gz", "-o", "b")
    names = try FileTree.list(unpacked(scene.repository.top.appending("b"), scene)).map(\.description)
    #expect(names == ["backup", "metadata", "verification"])
  }

  @Test("damage, a full disk and a file in the way end it, and leave nothing")
  func failures() throws {
    let scene = try Scene()
    try Self.fill(scene)
    let id = try scene.take("full")
    func fail(_ arguments: any BytePathConvertible..., text: String) throws {
      let before = try FileTree.list(scene.repository.top)
      let result = try scene.program.run(["export", id, "--format", "tar.gz"] + arguments)
      #expect(result.code != 0 && result.errorText.contains(text), "\(result)")
      #expect(try FileTree.list(scene.repository.top) == before)
    }
    try fail("-o", "large", text: "exists already")
    try fail("-o", "-", text: "standard output")
    try fail("-o", "x", "--table", "people", text: "database")
    if SmallFileSystem.isPossible {
      let mount = scene.repository.top.appending("empty")
      try SmallFileSystem.with(at: mount, byteCount: 4096) { _ in
        try fail("-o", "empty/x", text: "No space left on device")
        #expect(try FileTree.list(mount) == [])
      }
    }
    let stock = StockTools(store: scene.store)
    let chunk = try #require(stock.chunks(of: ".env", in: stock.document(ofSource: "files", in: id)).first)
    try FileTree.remove(stock.file(chunk))
    try fail("-o", "x", text: chunk)
  }
}

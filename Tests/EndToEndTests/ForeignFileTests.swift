// What people take for a dump: each is called by its name, with what leads on.

import FileSystem
import TestSupport
import Testing

@Suite("Files that are no dumps", .needsPostgreSQL)
struct ForeignFileTests {
  private static let script = "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n"

  @Test("each is called by its name, with what to do, and nothing is published")
  func names() throws {
    let scene = try Scene.small(.createDatabases, server: .separate())
    let file = scene.directory.path.appending("file")
    func expect(_ bytes: [UInt8], _ name: String, _ advice: String) throws {
      try SystemFileOperations().replaceFile(file, with: bytes)
      let result = try scene.run("import", file, "--trusted-source")
      #expect(result.code == 1, "\(result)")
      #expect(result.errorText.contains("it is \(name)"), "\(name) in \(result)")
      #expect(
        result.errorText.contains("hint: ") && result.errorText.contains(advice), "\(advice) in \(result)")
    }
    func made(_ command: String) throws -> [UInt8] {
      try Program.run(["sh", "-c", BytePath(command)], input: Array(Self.script.utf8)).succeeded().output
    }
    for name in ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"] {
      try expect(made("iconv -f UTF-8 -t \(name)"), "text in \(name.prefix(6))", "iconv -f \(name.prefix(6))")
    }
    try expect(made("xz"), "compressed with xz", "xz -d")
    try expect(made("bzip2"), "compressed with bzip2", "bunzip2")
    try expect(made("gzip | gzip"), "compressed twice with gzip", "gunzip")
    try expect(
      made(
        "python3 -c \"import sys, zipfile; zipfile.ZipFile('\(file).z', 'w').writestr('a', 'b'); sys.stdout.buffer.write(open('\(file).z', 'rb').read())\""
      ), "a zip archive", "unzip")
    try expect(made("bzip2 | gzip"), "compressed with bzip2", "bunzip2")
    for (text, name, advice) in [
      ("SQLite format 3\0\u{10}", "a SQLite database", "pgloader"),
      ("PRAGMA foreign_keys=OFF;\n", "a dump of SQLite", "pgloader"),
      ("-- MySQL dump 10.13  Distrib 8.0\n--\n", "a dump of MySQL", "pgloader"),
      ("/*M!999999\\- enable the sandbox mode */\n-- MariaDB dump\n", "a dump of MySQL", "pgloader"),
      ("\n<!DOCTYPE html>\n<html><title>Log in</title>", "a web page", "download"),
      ("{\"a\": 1}\n", "JSON", "pg_dump"),
      ("id,name\n1,one\n2,two\n", "rows of one table (CSV)", "\\copy"),
      ("1\tone\n2\ttwo\n", "rows of one table (CSV)", "\\copy"),
      ("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a pointer of git LFS", "git lfs pull"),
      ("-----BEGIN PGP MESSAGE-----\n", "encrypted", "decrypt"),
    ] { try expect(Array(text.utf8), name, advice) }
    let server = try #require(scene.database).server
    let result = try scene.run("import", server.directory.appending("data"))
    #expect(
      result.code == 1 && result.errorText.contains("the data directory of a PostgreSQL server"), "\(result)")
    #expect(try scene.names(in: "manifests") == [])
  }

  @Test(
    "scripts that look a little like something else are scripts",
    arguments: ["\u{FEFF}", "/* id, name\n a, b */ ", "\n\n"])
  func scripts(start: String) throws {
    let scene = try Scene.small(.createDatabases, server: .separate())
    let file = scene.directory.path.appending("file")
    try SystemFileOperations().replaceFile(file, with: Array((start + Self.script).utf8))
    try scene.checkpoint("import", file, "--trusted-source")
    try SystemFileOperations().replaceFile(file, with: Array("select 1, 2;\nselect 3, 4;\n".utf8))
    try scene.checkpoint("import", file, "--trusted-source")
  }
}

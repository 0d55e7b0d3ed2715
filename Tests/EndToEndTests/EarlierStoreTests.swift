// A project whose store, configuration, consent, log and interrupted rollback an earlier version wrote: Tests/Earlier/make says
// how. All of it has to go on working, unchanged.

import FileSystem
import TestSupport
import Testing

@testable import Checkpoints

@Suite("A store of an earlier version")
struct EarlierStoreTests {
  private let directory: EndToEndDirectory
  private let program: CheckpointProgram

  private static let archive =
    (BytePath(#filePath).parent?.parent ?? ".").appending("Earlier/project.tar.gz")

  init() throws {
    directory = try EndToEndDirectory()
    program = CheckpointProgram(
      home: directory.path.appending("home"), directory: directory.path.appending("shop"))
    try FileTree.makeDirectories(program.home, mode: 0o700)
    try Program.run(["tar", "-xzf", Self.archive, "--no-same-owner", "-C", directory.path]).succeeded()
  }

  private var store: BytePath { program.directory.appending(".git/checkpoints") }

  @discardableResult
  private func checkpoint(_ arguments: BytePath...) throws -> ProgramResult {
    try program.run(arguments).succeeded()
  }

  private func read(_ path: BytePath) throws -> String {
    String(decoding: try FileTree.readAll(program.directory.appending(path)), as: UTF8.self)
  }

  /// Requires what the working tree held when the stage began.
  private func expectStart() throws {
    #expect(try read("src/app.txt") == "three\n")
    #expect(try read("src/new.txt") == "new\n")
    #expect(try FileTree.readLink(program.directory.appending("src/link")) == "app.txt")
    #expect(!FileTree.exists(program.directory.appending("src/later.txt")))
    #expect(try read("config/local.yml") == "port: 3000\n")
    #expect(try program.git(["show", ":src/app.txt"]).text == "two\n")
    #expect(try program.git(["log", "-1", "--format=%s"]).text == "First\n")
  }

  /// Requires what it held when the rollback began that was killed.
  private func expectChange() throws {
    #expect(try read("src/app.txt") == "five\n")
    #expect(try read("src/later.txt") == "later\n")
    #expect(!FileTree.exists(program.directory.appending("src/new.txt")))
    #expect(try read("config/local.yml") == "port: 4000\n")
    #expect(try program.git(["status", "--short", "--branch"]).lines.first == "## feature")
    #expect(try program.git(["log", "-1", "--format=%s"]).text == "Third\n")
  }

  @Test("what was recorded is listed, shown, compared and found sound")
  func reading() throws {
    let listed = try checkpoint("list", "--all", "--json").json()
    let names = ["stage-01-start", "after-change", "before-rollback", "before-undo", "before-rollback"]
    #expect(listed.array?.map { $0["name"]?.string } == names)
    #expect(listed[1]?["stable"]?.string == "marked", "\(listed)")

    let shown = try checkpoint("show", "stage-01-start").text
    for line in [
      "message   before the change", "on main: First", "work      1 staged, 1 unstaged, 2 untracked",
      "1 table, 40 rows",
    ] {
      #expect(shown.contains(line), "\(shown)")
    }
    let compared = try checkpoint("diff", "stage-01-start", "after-change").text
    for line in [
      "changed  +1 -1  src/app.txt", "changed  config/local.yml", "1 added, 10 removed, 0 changed",
    ] {
      #expect(compared.contains(line), "\(compared)")
    }
    for name in ["stage-01-start", "after-change"] as [BytePath] {
      #expect(try checkpoint("verify", name).text.contains("sound    \(name)"))
    }
    #expect(try checkpoint("status", "--no-database").text.contains("--continue or --abort"))
    let refused = try program.run(["full"])
    #expect(refused.code == 1 && refused.errorText.contains("was interrupted"), "\(refused)")
  }

  @Test("the log says what was done then")
  func log() throws {
    let entries = try checkpoint("log", "--json").json().array ?? []
    #expect(
      entries.map { $0["operation"]?.string } == [
        "trust", "checkpoint", "hook pre-commit", "checkpoint", "mark stable", "verify", "rollback", "undo",
      ])
    #expect(entries.map { $0["result"]?.string }.filter { $0 != "done" } == ["unchanged"])
    #expect(try checkpoint("log", "--json", "--kind", "hook,mark").json().array?.count == 2)
  }

  @Test("the configuration says the same without a warning, and the consent to it holds")
  func configuration() throws {
    let settings = try checkpoint("settings", "--json")
    #expect(settings.errorText.isEmpty, "\(settings)")
    // The commands of the file run without being asked for.
    let continued = try program.run(["rollback", "--continue"])
    #expect(continued.code == 0 && continued.errorText.contains("smoke: test -f README"), "\(continued)")
  }

  @Test("the rollback that was killed is finished, and undone")
  func finishing() throws {
    try checkpoint("rollback", "--continue")
    try expectStart()
    try checkpoint("undo", "--yes", "--no-database")
    try expectChange()
  }

  @Test("the rollback that was killed is taken back, and another goes to the same checkpoint and back")
  func takingBack() throws {
    try checkpoint("rollback", "--abort")
    try expectChange()
    let before = try Picture.workTree(program)
    try checkpoint("rollback", "stage-01-start", "--yes", "--no-database")
    try expectStart()
    try checkpoint("undo", "--yes", "--no-database")
    #expect(try Picture.workTree(program).differences(since: before) == [])
    #expect(try checkpoint("custom", "today", "--no-database").lines.last?.hasPrefix("today_") == true)
    try checkpoint("verify", "today")
  }

  @Test("its databases come back row by row", .needsPostgreSQL)
  func databases() throws {
    try checkpoint("rollback", "--abort")
    let database = try PostgresServer.shared().makeDatabase(.superuser)
    for name in ["stage-01-start", "after-change"] as [BytePath] {
      let proven = try checkpoint("verify", name, "--restore", "--database", BytePath(database.url))
      #expect(proven.text.contains("restored and compared"), "\(proven)")
    }
  }

  @Test("its manifests, notes and journal say every byte again")
  func documents() throws {
    func expectSame<Document: Codable>(_ type: Document.Type, in folder: BytePath) throws {
      let names = try FileTree.list(store.appending(folder))
      #expect(!names.isEmpty)
      for name in names {
        let bytes = try FileTree.readAll(store.appending(folder).appending(name))
        let again = try JSON.encode(JSON.decode(type, from: bytes))
        #expect(
          String(decoding: again, as: UTF8.self) == String(decoding: bytes, as: UTF8.self), "\(name)")
      }
    }
    try expectSame(Manifest.self, in: "manifests")
    try expectSame(Notes.self, in: "notes")
    try expectSame(Journal.self, in: "journal")
  }
}

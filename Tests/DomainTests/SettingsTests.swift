// Settings: the committed file below git's own configuration, keys as git reads them, values checked.

import FileSystem
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Settings")
struct SettingsTests {
  private let repository: Repository

  init() throws { repository = try Repository() }

  private func read(_ file: String? = nil) throws -> Settings {
    if let file { try repository.write(".checkpointconfig", file) }
    return try Settings.read(repository.location())
  }

  @Test("without any setting there is none")
  func empty() throws {
    let settings = try read()
    #expect(settings.text("store") == nil)
    #expect(settings.list("include").isEmpty)
    #expect(settings.databaseNames.isEmpty)
    #expect(try settings.number("database.workers", default: 4, in: 1...8) == 4)
  }

  @Test("git's configuration counts for more than the committed file")
  func precedence() throws {
    try repository.git("config", "checkpoint.store", "/personal")
    let settings = try read("[checkpoint]\n  store = /committed\n  other = committed\n")
    #expect(settings.text("store") == "/personal")
    #expect(settings.text("other") == "committed")
    #expect(!settings.isFromCommittedFile("store"))
    #expect(settings.isFromCommittedFile("other"))
  }

  @Test("keys stand in the file with or without their common section, in any case")
  func keys() throws {
    let settings = try read("[database]\n  URL = postgresql:///a\n[checkpoint]\n  Include = x\n  bare\n")
    #expect(settings.text("database.url") == "postgresql:///a")
    #expect(settings.list("include") == ["x"])
    #expect(settings.text("bare") == "true")
  }

  @Test("lists add up, the personal ones last, and single values take the last one")
  func lists() throws {
    try repository.git("config", "--add", "checkpoint.include", "mine")
    let settings = try read("[checkpoint]\n  include = a\n  include = b c\n  exclude = \"x;y\"\n")
    #expect(settings.list("include") == ["a", "b c", "mine"])
    #expect(settings.list("exclude") == ["x;y"])
    #expect(settings.text("include") == "mine")
  }

  @Test(
    "a time is a number of seconds, or has its unit behind it",
    arguments: [
      ("90", 90), ("90s", 90), ("5m", 300), ("2H", 7200), ("0", nil), ("-1", nil), ("m", nil), ("1.5h", nil),
      ("9999999999999999999", nil), ("9223372036854775807h", nil), ("1m30s", nil),
    ] as [(String, Int?)])
  func durations(text: String, wanted: Int?) throws {
    let settings = try read("[checkpoint]\n  rto = \(text)\n")
    #expect(try read().duration("other") == nil)
    if let wanted {
      #expect(try settings.duration("rto") == wanted)
    } else {
      #expect(throws: Settings.Invalid.self) { try settings.duration("rto") }
    }
  }

  @Test("a value may hold newlines and equals signs")
  func oddValues() throws {
    let settings = try read("[checkpoint]\n  message = \"one\\ntwo = three\"\n")
    #expect(settings.text("message") == "one\ntwo = three")
  }

  @Test("databases are sections by name, and the plain one is main")
  func databases() throws {
    try repository.git("config", "checkpoint.database.private.url", "postgresql:///p")
    let settings = try read(
      "[database]\n  url = postgresql:///m\n[database \"Reports.v2\"]\n  url = postgresql:///r\n")
    #expect(settings.databaseNames == ["Reports.v2", "main", "private"])
    #expect(settings.text(settings.databaseKey("main", "url")) == "postgresql:///m")
    #expect(settings.text(settings.databaseKey("Reports.v2", "url")) == "postgresql:///r")
    #expect(settings.text(settings.databaseKey("private", "url")) == "postgresql:///p")
  }

  @Test(
    "a number outside its range, or none at all, is an error with the key",
    arguments: ["0", "9", "x", "", "4.5"])
  func numbers(value: String) throws {
    let settings = try read("[database]\n  workers = \"\(value)\"\n")
    let error = #expect(throws: Settings.Invalid.self) {
      try settings.number("database.workers", default: 4, in: 1...8)
    }
    #expect(error?.description.contains("checkpoint.database.workers") == true)
    #expect(error?.description.contains("from 1 to 8") == true)
  }

  @Test("the committed file cannot include others, nor run anything")
  func includes() throws {
    let other = repository.directory.appending("other")
    try TemporaryDirectory.write(other, Array("[checkpoint]\n  store = /included\n".utf8))
    let settings = try read("[include]\n  path = \(other)\n")
    #expect(settings.text("store") == nil)
  }

  @Test("the commands of the committed file are known, those of git's configuration are the user's own")
  func commands() throws {
    try repository.git("config", "checkpoint.database.clientPrefix", "mine")
    let settings = try read(
      "[database \"x\"]\n  clientPrefix = docker exec -i db\n[rollback]\n  stopCommand = make stop\n")
    #expect(settings.committedCommands.map(\.text) == ["docker exec -i db", "make stop"])
    #expect(settings.isFromCommittedFile("database.x.clientprefix"))
    #expect(!settings.isFromCommittedFile("database.clientprefix"))
  }

  @Test("a file that git cannot read is an error")
  func malformed() throws {
    #expect(throws: SubprocessError.self) { try read("[checkpoint\n") }
  }

  @Test("the store is in the common git directory, or where the setting says, from the top on")
  func storePath() throws {
    #expect(try Project.find(from: repository.worktree).storePath == repository.path(".git/checkpoints"))
    try repository.git("config", "checkpoint.store", "backups/store")
    try FileTree.makeDirectories(repository.path("sub"), mode: 0o755)
    #expect(try Project.find(from: repository.path("sub")).storePath == repository.path("backups/store"))
    try repository.git("config", "checkpoint.store", "/elsewhere/store")
    #expect(try Project.find(from: repository.worktree).storePath == "/elsewhere/store")
    #expect(throws: Project.Problem.self) { try Project.find(from: repository.worktree).openStore() }
  }
}

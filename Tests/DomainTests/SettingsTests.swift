// Settings: the committed file below git's own configuration, keys as git reads them, values checked.

import FileSystem
import TestSupport
import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("Settings")
struct SettingsTests {
  private let repository: Repository

  init() throws { repository = try Repository() }

  private func read(_ file: String? = nil) throws -> Settings {
    if let file { try repository.write(".checkpointconfig", file) }
    return try Settings.read(repository.location(), .all)
  }

  private func find() throws -> Project {
    try Project.find(
      from: repository.worktree, environment: ProcessEnvironment.variables, .all)
  }

  @Test("without any setting there is none")
  func empty() throws {
    let settings = try read()
    #expect(settings[.store] == nil)
    #expect(settings[.include].isEmpty)
    #expect(settings.sourceNames.isEmpty)
    #expect(try settings[.jobs] == 4)
    #expect(try settings[.background] && !settings[.paranoid])
    #expect(settings.warnings.isEmpty)
  }

  @Test("git's configuration counts for more than the committed file")
  func precedence() throws {
    try repository.git("config", "checkpoint.warm", "3")
    let settings = try read("[checkpoint]\n  warm = 2\n  jobs = 5\n")
    #expect(try settings[.warm] == 3)
    #expect(try settings[.jobs] == 5)
    #expect(!settings.isFromCommittedFile(.warm))
    #expect(settings.isFromCommittedFile(.jobs))
  }

  @Test("keys are in the file with or without their common section, in any case")
  func keys() throws {
    let settings = try read(
      "[database]\n  URL = postgresql:///a\n[checkpoint]\n  Include = x\n  Paranoid\n"
        + "[checkpoint \"services\"]\n  STOP = s\n")
    #expect(settings[.databaseURL, "main"] == "postgresql:///a")
    #expect(settings[.include] == ["x"])
    #expect(try settings[.paranoid])
    #expect(settings[.stopCommand] == "s")
    #expect(settings.warnings.isEmpty)
  }

  @Test("lists add up, the personal ones last, and single values take the last one")
  func lists() throws {
    try repository.git("config", "--add", "checkpoint.include", "mine")
    let settings = try read(
      "[checkpoint]\n  include = a\n  include = b c\n  exclude = \"x;y\"\n  warm = 1\n  warm = 2\n")
    #expect(settings[.include] == ["a", "b c", "mine"])
    #expect(settings[.exclude] == ["x;y"])
    #expect(try settings[.warm] == 2)
  }

  @Test(
    "a time is a number of seconds, or has its unit at the end",
    arguments: [
      ("90", 90), ("90s", 90), ("5m", 300), ("2H", 7200), ("0", nil), ("-1", nil), ("m", nil), ("1.5h", nil),
      ("9999999999999999999", nil), ("9223372036854775807h", nil), ("1m30s", nil),
    ] as [(String, Int?)])
  func durations(text: String, wanted: Int?) throws {
    #expect(try read()[.rto] == nil)
    let settings = try read("[checkpoint]\n  rto = \(text)\n")
    if let wanted {
      #expect(try settings[.rto] == wanted)
    } else {
      #expect(throws: Settings.Invalid.self) { try settings[.rto] }
    }
  }

  @Test(
    "a size is a number of bytes, or has its unit at the end",
    arguments: [
      ("0", 0), ("500000", 500_000), ("2k", 2048), ("50M", 50 << 20), ("3g", 3 << 30), ("-1", nil),
      ("m", nil), ("1.5g", nil), ("9223372036854775807k", nil), ("", nil),
    ] as [(String, Int?)])
  func sizes(text: String, wanted: Int?) throws {
    let settings = try read("[checkpoint]\n  untrackedLimit = \"\(text)\"\n")
    if let wanted {
      #expect(try settings[.untrackedLimit] == wanted)
    } else {
      #expect(throws: Settings.Invalid.self) { try settings[.untrackedLimit] }
    }
  }

  @Test("warm clones can be switched off by a word", arguments: ["off", "No", "FALSE", "0"])
  func off(word: String) throws {
    #expect(try read("[checkpoint]\n  warm = \(word)\n")[.warm] == 0)
  }

  @Test("a value may hold newlines and equals signs")
  func oddValues() throws {
    let settings = try read("[hooks]\n  releaseMessage = \"one\\ntwo = three\"\n")
    #expect(settings[.releaseMessage] == "one\ntwo = three")
  }

  @Test("an empty command is none, and switches a committed one off")
  func emptyCommand() throws {
    try repository.git("config", "checkpoint.services.stop", " ")
    let settings = try read("[services]\n  stop = make stop\n  start = make start\n")
    #expect(settings[.stopCommand] == nil)
    #expect(try settings.services().map(\.text) == ["make start"])
  }

  @Test("databases are sections by name, and the plain one is main")
  func databases() throws {
    try repository.git("config", "checkpoint.database.private.url", "postgresql:///p")
    let settings = try read(
      "[database]\n  url = postgresql:///m\n  record = false\n[database \"Reports.v2\"]\n  url = postgresql:///r\n"
    )
    #expect(settings.sourceNames == ["Reports.v2", "main", "private"])
    #expect(settings[.databaseURL, "main"] == "postgresql:///m")
    #expect(settings[.databaseURL, "Reports.v2"] == "postgresql:///r")
    #expect(settings[.databaseURL, "private"] == "postgresql:///p")
    #expect(try !settings[.databaseIsRecorded, "main"] && settings[.databaseIsRecorded, "Reports.v2"])
  }

  @Test("what is said of one hook counts for more than what is said of all")
  func hooks() throws {
    try repository.git("config", "checkpoint.hooks.pre-commit.timeout", "9")
    let settings = try read(
      "[hooks]\n  timeout = 3\n  failure = Block\n[hooks \"pre-push\"]\n  failure = warn\n  wait = false\n")
    let (commit, push) = (
      try HookSettings(settings, for: .preCommit), try HookSettings(settings, for: .prePush)
    )
    #expect(commit.timeout == 9 && push.timeout == 3)
    #expect(commit.blocks && !push.blocks)
    #expect(!commit.waits && !push.waits)
  }

  @Test(
    "a number outside its range, or none at all, is an error with the key, the file and the line",
    arguments: ["0", "65", "x", "", "4.5"])
  func numbers(value: String) throws {
    let settings = try read("# first\n[checkpoint]\n  jobs = 4\n  jobs = \"\(value)\"\n")
    let error = #expect(throws: Settings.Invalid.self) { try settings[.jobs] }
    #expect(error?.description.contains("checkpoint.jobs is “\(value)” (.checkpointconfig:4)") == true)
    #expect(error?.description.contains("from 1 to 64") == true)
  }

  @Test("an error in git's own configuration names its file and line, an included one, too")
  func personalPlace() throws {
    let other = repository.directory.appending("other")
    try TemporaryDirectory.write(other, Array("\n[checkpoint \"hooks.pre-push\"]\n\tquiet = loud\n".utf8))
    try repository.git("config", "include.path", BytePath("\(other)"))
    try repository.git("config", "checkpoint.rto", "soon")
    let settings = try read("[checkpoint]\n\trto = 5m\n")
    let lines = String(decoding: try FileTree.readAll(repository.path(".git/config")), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("soon") }) + 1
    #expect(throws: Settings.Invalid.self) { try settings[.rto] }
    do { _ = try settings[.rto] } catch { #expect("\(error)".contains("(.git/config:\(line))"), "\(error)") }
    do { _ = try settings[.hookIsQuiet, "pre-push"] } catch {
      #expect("\(error)".contains("checkpoint.hooks.pre-push.quiet is “loud” (\(other):3)"), "\(error)")
    }
  }

  @Test("the wrong value of a list is named")
  func choices() throws {
    let settings = try read("[tests]\n  command = c\n  runner = Jest\n  runner = pitest\n  runner = TAP\n")
    let error = #expect(throws: Settings.Invalid.self) { try settings[.testRunners] }
    #expect(error?.value == "pitest" && error?.place == .committed(line: 4))
    #expect(error?.expected.contains("pytest") == true)
    #expect(
      try read("[tests]\n  runner = Jest\n  runner = junit xml\n")[.testRunners] == ["jest", "JUnit XML"])
  }

  @Test("the committed file cannot include others, nor run anything")
  func includes() throws {
    let other = repository.directory.appending("other")
    try TemporaryDirectory.write(other, Array("[checkpoint]\n  warm = 7\n".utf8))
    let settings = try read("[include]\n  path = \(other)\n")
    #expect(try settings[.warm] == 1)
    #expect(settings.warnings.map(\.key) == ["include.path"])
  }

  @Test("the commands of the committed file are known, those of git's configuration are the user's own")
  func commands() throws {
    try repository.git("config", "checkpoint.database.clientPrefix", "mine")
    let settings = try read(
      "[database \"x\"]\n  clientPrefix = docker exec -i db\n[services]\n  stop = make stop\n[other]\n  command = c\n"
    )
    #expect(settings.committedCommands.map(\.text) == ["docker exec -i db", "make stop"])
    #expect(settings.isFromCommittedFile(.clientPrefix, in: "x"))
    #expect(!settings.isFromCommittedFile(.clientPrefix, in: "main"))
  }

  @Test("a file that git cannot read is an error")
  func malformed() throws {
    #expect(throws: SubprocessError.self) { try read("[checkpoint\n") }
  }

  @Test("the store is in the common git directory, or where the setting says, from the top on")
  func storePath() throws {
    #expect(try find().storePath == repository.path(".git/checkpoints"))
    try repository.git("config", "checkpoint.store", "backups/store")
    try FileTree.makeDirectories(repository.path("sub"), mode: 0o755)
    #expect(
      try Project.find(
        from: repository.path("sub"), environment: ProcessEnvironment.variables, .all
      ).storePath == repository.path("backups/store"))
    try repository.git("config", "checkpoint.store", "/elsewhere/store")
    #expect(try find().storePath == "/elsewhere/store")
    #expect(throws: Project.Problem.self) { try find().openStore() }
    try repository.git("config", "--unset", "checkpoint.store")
    try repository.write(".checkpointconfig", "[checkpoint]\n  store = theirs\n")
    #expect(throws: Project.Problem.self) { try find() }
  }

  // MARK: Names that there are not

  @Test("a name that there is not is warned about once for each file, with its line and what may be meant")
  func misspelt() throws {
    try repository.git("config", "checkpoint.jbos", "3")
    try repository.git("config", "alias.checkpoint", "unrelated")
    let settings = try read(
      "[hooks]\n\tbrnach = a\n\tbrnach = b\n[servces]\n\tstop = c\n[database \"x\"]\n\texcludTable = t\n"
        + "[checkpoint]\n\tbranch = q\n\tsomethingElse = 1\n[hooks \"pre-pusch\"]\n\twait = true\n")
    let texts = settings.warnings.map(\.description)
    #expect(
      texts.prefix(6) == [
        ".checkpointconfig:2: unknown setting “hooks.brnach”, did you mean “hooks.branch”?",
        ".checkpointconfig:5: unknown setting “servces.stop”, did you mean “services.stop”?",
        ".checkpointconfig:7: unknown setting “database.x.excludtable”, did you mean “database.x.excludeTable”?",
        ".checkpointconfig:9: unknown setting “branch”, did you mean “hooks.branch”?",
        ".checkpointconfig:10: unknown setting “somethingelse”",
        ".checkpointconfig:12: unknown setting “hooks.pre-pusch.wait”, did you mean “hooks.pre-push.wait”?",
      ])
    #expect(texts.count == 7 && texts[6].hasPrefix(".git/config:"), "\(texts)")
    #expect(texts[6].hasSuffix("unknown setting “checkpoint.jbos”, did you mean “checkpoint.jobs”?"))
  }

  @Test("what only the user may set has no effect in the committed file, and is warned about")
  func personalOnly() throws {
    let settings = try read("[checkpoint]\n\tpush = true\n\tpublicTags = true\n[hooks]\n\toff = true\n")
    #expect(settings.warnings.map(\.reason) == [.personal, .personal, .personal])
    #expect(settings.warnings.map(\.key) == ["push", "publicTags", "hooks.off"])
    #expect(try !HookSettings(settings, for: .preCommit).isOff)
    #expect(try !HookSettings(settings, for: .prePush).mayPushRecords)
  }

  @Test("a name as long as a file may be is warned about at once, and is cut short")
  func longNames() throws {
    let name = String(repeating: "x", count: 200_000)
    let warnings = try read("[database \"\(name)\"]\n\turk = 1\n").warnings
    #expect(warnings.count == 1 && (warnings.first?.description.count ?? .max) < 300)
  }
}

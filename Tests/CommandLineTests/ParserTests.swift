// From words to an invocation, or to an error that says what to write instead.

import Testing

@testable import CheckpointCLI

@Suite("Parsing the command line")
struct ParserTests {
  private let parser = CommandTable.parser

  private struct Run {
    var command: String
    var word: String
    var operands: [String]
    var values: [String: [String]]
  }

  private func run(_ words: String...) throws -> Run {
    guard case .run(let command, let word, let operands, let values) = try parser.parse(words) else {
      throw UsageError(description: "no command was understood")
    }
    return Run(command: command.fullName, word: word, operands: operands, values: values)
  }

  private func usage(_ words: String...) -> UsageError? {
    do {
      _ = try parser.parse(words)
      return nil
    } catch { return error as? UsageError }
  }

  @Test("every command of the table is found by its name")
  func names() throws {
    let all = CommandTable.named.flatMap(\.family)
    for command in all where command.run != nil && command.name != "help" {
      let count = command.operands.possibleCount.lowerBound
      let words =
        command.fullName.split(separator: " ").map(String.init) + Array(repeating: "x", count: count)
      guard case .run(let found, _, _, _) = try parser.parse(words) else {
        Issue.record("\(command.fullName)")
        continue
      }
      #expect(found.fullName == command.fullName)
    }
    #expect(Set(all.map(\.fullName)).count == all.count)
  }

  @Test(
    "a stage with its phase is a command of its own",
    arguments: ["stage-02-start", "stage-02-webrtc-video-complete"])
  func stages(word: String) throws {
    let found = try run(word, "-m", "text")
    #expect(found.command == Command.stage.name)
    #expect(found.word == word)
    #expect(found.values["--message"] == ["text"])
  }

  @Test("options can be anywhere, in every form")
  func options() throws {
    for words in [
      ["custom", "name", "-m", "text"], ["custom", "-m", "text", "name"], ["custom", "-mtext", "name"],
      ["custom", "--message", "text", "name"], ["custom", "--message=text", "name"],
    ] {
      guard case .run(_, _, let operands, let values) = try parser.parse(words) else { continue }
      #expect(operands == ["name"], "\(words)")
      #expect(values["--message"] == ["text"], "\(words)")
    }
  }

  @Test("short switches may be joined, and a value may follow them")
  func joined() throws {
    let found = try run("custom", "-qm", "text", "name")
    #expect(found.values["--quiet"] != nil)
    #expect(found.values["--message"] == ["text"])
    #expect(try run("custom", "-qmtext", "name").values["--message"] == ["text"])
  }

  @Test("global options may precede the command")
  func global() throws {
    let found = try run("-q", "-C", "/there", "--json", "list")
    #expect(found.command == "list")
    #expect(found.values["-C"] == ["/there"])
    #expect(found.values["--json"] != nil && found.values["--quiet"] != nil)
    #expect(usage("--message", "x", "full") != nil)
  }

  @Test("after -- everything is an operand, and a single dash is one")
  func separator() throws {
    #expect(try run("custom", "--", "-m").operands == ["-m"])
    #expect(try run("custom", "-").operands == ["-"])
    #expect(try run("custom", "-m", "--", "name").values["--message"] == ["--"])
  }

  @Test("an option that may be repeated collects, any other one is an error the second time")
  func repeated() throws {
    #expect(try run("full", "--exclude", "a", "--exclude=b").values["--exclude"] == ["a", "b"])
    #expect(usage("full", "-m", "a", "--message=b")?.description.contains("twice") == true)
    #expect(try run("full", "-q", "-q").values["--quiet"] != nil)
  }

  @Test("lists are split at commas")
  func lists() throws {
    guard
      case .run(let command, let word, let operands, let values) = try parser.parse([
        "full", "--exclude", "a, b,,c", "--exclude", "d",
      ])
    else { return }
    let invocation = Invocation(
      command: command, word: word, operands: operands, values: values, console: Console())
    #expect(invocation.list("--exclude") == ["a", "b", "c", "d"])
    #expect(invocation.list("--none").isEmpty)
    #expect(invocation.has("--exclude") && !invocation.has("--message"))
  }

  @Test("empty values are values")
  func emptyValues() throws {
    #expect(try run("full", "--message=").values["--message"] == [""])
    #expect(try run("full", "-m", "").values["--message"] == [""])
  }

  @Test("help is found wherever it is asked for")
  func help() throws {
    for words in [["--help"], ["-h"], ["help"], []] {
      guard case .help(nil) = try parser.parse(words) else {
        Issue.record("\(words)")
        continue
      }
    }
    for words in [
      ["list", "--help"], ["--help", "list"], ["list", "-h"], ["help", "list"], ["custom", "--help"],
    ] {
      guard case .help(let command?) = try parser.parse(words) else {
        Issue.record("\(words)")
        continue
      }
      #expect(words.contains(command.name))
    }
    guard case .help(let command?) = try parser.parse(["help", "stage-02-start"]) else {
      Issue.record("no help for stages")
      return
    }
    #expect(command.name == Command.stage.name)
  }

  @Test("the version", arguments: ["--version", "-V", "version"])
  func version(word: String) throws {
    guard case .version = try parser.parse([word]) else {
      Issue.record("no version")
      return
    }
  }

  @Test(
    "a mistyped command is answered with the nearest ones",
    arguments: [("rolback", "rollback"), ("lst", "list"), ("stauts", "status")])
  func nearCommands(word: String, meant: String) {
    #expect(usage(word)?.hints.first?.contains(meant) == true)
  }

  @Test("a word that is like nothing is answered with what one could write")
  func unknownCommand() {
    let error = usage("xyzzy-plugh")
    #expect(error?.description.contains("xyzzy-plugh") == true)
    #expect(error?.hints.contains { $0.contains("checkpoint custom NAME") } == true)
    #expect(error?.hints.contains { $0.contains("did you mean") } == false)
  }

  @Test("a mistyped option is answered with the nearest one, an unknown one with where to look")
  func unknownOptions() {
    #expect(usage("full", "--mesage", "x")?.hints.contains { $0.contains("--message") } == true)
    #expect(usage("full", "--nothing-like-it")?.hints.contains { $0.contains("full --help") } == true)
    #expect(usage("full", "-x")?.description.contains("-x") == true)
    #expect(usage("--nothing-like-it")?.hints.contains { $0.contains("checkpoint --help") } == true)
  }

  @Test("options without their value, and switches with one")
  func values() {
    #expect(usage("full", "-m")?.description.contains("needs a value") == true)
    #expect(usage("full", "--message")?.description.contains("needs a value") == true)
    #expect(usage("list", "--json=yes")?.description.contains("takes no value") == true)
    #expect(usage("-q")?.description.contains("no command") == true)
  }

  @Test("too many and too few arguments are reported with the usage")
  func operandCounts() {
    #expect(usage("custom")?.description.contains("too few") == true)
    #expect(usage("custom", "a", "b")?.description.contains("too many") == true)
    #expect(usage("custom")?.hints.first?.contains("NAME") == true)
    #expect(usage("init", "x")?.description.contains("too many") == true)
  }

  @Test("a command answers to its other names, which its help shows and the overview does not")
  func aliases() throws {
    for name in ["rehearse", "test-restore", "test-rollback"] {
      let found = try run(name, "latest")
      #expect(found.command == "rehearse" && found.word == name && found.operands == ["latest"])
    }
    #expect(Help.command(.rehearse).contains("The same as test-restore and test-rollback."))
    #expect(!Help.overview(CommandTable.sections).contains("test-restore"))
    #expect(usage("test-rollbak")?.hints.first == "did you mean: test-rollback?")
  }

  @Test("the first operand chooses a sub-command, wherever options are")
  func subcommands() throws {
    for words in [
      ["restore", "files", "latest", "-y"], ["restore", "-y", "files", "latest"],
      ["-q", "restore", "files", "--yes", "latest"],
    ] {
      guard case .run(let found, _, let operands, let values) = try parser.parse(words) else { continue }
      #expect(found.fullName == "restore files" && operands == ["latest"], "\(words)")
      #expect(values["--yes"] != nil, "\(words)")
    }
    let found = try run("restore", "--target-db", "files", "database", "latest")
    #expect(found.command == "restore database" && found.values["--target-db"] == ["files"])
    #expect(try run("stages", "list").command == "stage list")
  }

  @Test("a command with an operation of its own takes other words as its operands")
  func ownOperand() throws {
    #expect(try run("warm", "list").command == "warm list")
    #expect(try run("warm", "drop", "good").operands == ["good"])
    #expect(try run("warm", "good").command == "warm")
    #expect(try run("warm", "--", "list").operands == ["list"])
    #expect(usage("warm")?.hints == ["usage: checkpoint warm SELECTOR | list | drop"])
  }

  @Test("an option of another sub-command is answered with where it belongs")
  func misplacedOptions() {
    #expect(
      usage("restore", "files", "x", "--target-db", "y")?.description
        == "--target-db goes with restore database")
    #expect(
      usage("restore", "--keep-untracked", "config", "x")?.description
        == "--keep-untracked goes with restore components")
    #expect(usage("warm", "good", "--yes")?.description == "--yes goes with warm drop")
    #expect(
      usage("restore", "files", "x", "--nothing-like-it")?.hints == [
        "checkpoint restore files --help lists the options"
      ])
  }

  @Test("an unknown sub-command is answered with the nearest one and with all")
  func unknownSubcommands() {
    let error = usage("restore", "databse", "latest")
    #expect(error?.description == "“restore” has no sub-command “databse”")
    #expect(
      error?.hints == [
        "did you mean: restore database?", "its sub-commands: database, files, config, components",
      ])
    #expect(usage("stage", "xyzzy")?.hints == ["its sub-commands: new, list, show"])
    for words in [["restore"], ["restore", "--yes"]] {
      #expect(throws: UsageError.self) { _ = try parser.parse(words) }
    }
    #expect(usage("restore", "-y")?.description.contains("too few") == true)
    #expect(usage("stage", "list", "x")?.description == "too many arguments for “stage list”")
    #expect(
      usage("restore", "components", "x")?.hints == [
        "usage: checkpoint restore components NAME,NAME SELECTOR"
      ])
  }

  @Test("the value of an option may begin with a combining mark")
  func marks() throws {
    let values = try run("check", "--warning=\u{301}x").values
    #expect(values["--warning"].map { Array($0[0].utf8) } == Array("\u{301}x".utf8), "\(values)")
    #expect(usage("list", "--json=\u{301}x")?.description == "the option --json takes no value")
  }

  @Test("help of a sub-command is found in each of its forms")
  func helpOfSubcommands() throws {
    for words in [
      ["restore", "database", "--help"], ["help", "restore", "database"], ["--help", "restore", "database"],
      ["restore", "--help", "database"],
    ] {
      guard case .help(let command?) = try parser.parse(words) else {
        Issue.record("\(words)")
        continue
      }
      #expect(command.fullName == "restore database", "\(words)")
    }
    guard case .help(let group?) = try parser.parse(["restore", "--help"]) else {
      Issue.record("no help for the group")
      return
    }
    #expect(group.fullName == "restore")
    #expect(usage("help", "restore", "databse")?.hints.first == "did you mean: restore database?")
    #expect(usage("help", "list", "x")?.description == "“list” has no sub-command “x”")
    #expect(usage("help", "lisst")?.hints.first?.contains("list") == true)
    #expect(try run("help", "--man").values["--man"] != nil)
  }
}

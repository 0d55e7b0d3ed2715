// From words to an invocation, or to an error that says what to write instead.

import Testing

@testable import CheckpointCLI

@Suite("Parsing the command line")
struct ParserTests {
  private let parser = Parser(commands: CheckpointCLI.commands, fallback: .stage)

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
    return Run(command: command.name, word: word, operands: operands, values: values)
  }

  private func usage(_ words: String...) -> UsageError? {
    do {
      _ = try parser.parse(words)
      return nil
    } catch { return error as? UsageError }
  }

  @Test("every command of the table is found by its name")
  func names() throws {
    for command in CheckpointCLI.commands {
      let words = [command.name] + Array(repeating: "x", count: command.operandCount.lowerBound)
      guard case .run(let found, _, _, _) = try parser.parse(words) else {
        Issue.record("\(command.name)")
        continue
      }
      #expect(found.name == command.name)
    }
    #expect(Set(CheckpointCLI.commands.map(\.name)).count == CheckpointCLI.commands.count)
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

  @Test("options may stand anywhere, in every form")
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

  @Test("too many and too few arguments are told with the usage")
  func operandCounts() {
    #expect(usage("custom")?.description.contains("too few") == true)
    #expect(usage("custom", "a", "b")?.description.contains("too many") == true)
    #expect(usage("custom")?.hints.first?.contains("NAME") == true)
    #expect(usage("init", "x")?.description.contains("too many") == true)
  }

  @Test("a command answers to its other names, which its help tells and the overview does not")
  func aliases() throws {
    for name in ["rehearse", "test-restore", "test-rollback"] {
      let found = try run(name, "latest")
      #expect(found.command == "rehearse" && found.word == name && found.operands == ["latest"])
    }
    #expect(Help.command(.rehearse).contains("The same as test-restore and test-rollback."))
    #expect(!Help.overview(CheckpointCLI.commands, stages: .stage).contains("test-restore"))
    #expect(usage("test-rollbak")?.hints.first == "did you mean: test-rollback?")
  }
}

// Help of every command: complete, true to the table, and narrow enough for a terminal.

import Testing

@testable import CheckpointCLI

@Suite("Help")
struct HelpTests {
  private static let all = (CommandTable.named + [.stage]).flatMap(\.family)

  @Test(
    "every command has a usage, an example that starts with its name, and exit codes",
    arguments: all.map(\.fullName))
  func complete(name: String) throws {
    let command = try #require(Self.all.first { $0.fullName == name })
    let text = Help.command(command)
    #expect(text.hasPrefix("usage: checkpoint \(name)"))
    #expect(!command.examples.isEmpty)
    let first = command.name == Command.stage.name ? "checkpoint stage-" : "checkpoint \(name)"
    #expect(command.examples.contains { $0.hasPrefix(first) })
    #expect(text.contains("\nexamples:\n"))
    #expect(text.contains("\nexit codes:\n"))
    #expect(Set(command.exitCodes).isSuperset(of: [.done, .failed, .usage]))
    #expect(text.contains("130"))
    for option in command.options { #expect(text.contains(option.key) && !option.help.isEmpty) }
  }

  @Test("every example can be parsed", arguments: all.map(\.fullName))
  func examples(name: String) throws {
    let command = try #require(Self.all.first { $0.fullName == name })
    let parser = CommandTable.parser
    for example in command.examples {
      let words = Self.words(example)
      #expect(words.first == "checkpoint", "\(example)")
      let isOfGroup = command.run == nil
      switch try parser.parse(Array(words.dropFirst())) {
      case .run(let found, _, _, _):
        #expect(isOfGroup ? found.group == name : found.fullName == name, "\(example)")
      case .help(let found): #expect(command.name == "help" && found != nil, "\(example)")
      case .version: Issue.record("\(example)")
      }
    }
  }

  /// As a shell splits them: at blanks outside of quotes. What follows a redirection is not the program's.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var current: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { current = (current ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        current = current ?? ""
      } else if character == " " {
        if let word = current { words.append(word) }
        current = nil
      } else {
        current = (current ?? "") + String(character)
      }
    }
    return (words + (current.map { [$0] } ?? [])).prefix { !$0.hasPrefix(">") }.map { $0 }
  }

  @Test("summaries begin in lower case and end without a period", arguments: all.map(\.fullName))
  func summaries(name: String) throws {
    let summary = try #require(Self.all.first { $0.fullName == name }).summary
    #expect(summary.first?.isLowercase == true)
    #expect(!summary.hasSuffix("."))
  }

  @Test("help fits a terminal of 100 columns", arguments: all.map(\.fullName))
  func width(name: String) throws {
    let command = try #require(Self.all.first { $0.fullName == name })
    let long = Help.command(command).split(separator: "\n").filter { $0.count > 100 }
    #expect(long.map { String($0) } == [])
  }

  @Test("the overview names every command and what a selector is")
  func overview() {
    let text = Help.overview(CommandTable.sections)
    for command in CommandTable.named + [.stage] {
      #expect(text.contains("\n  \(command.name) ") != command.isHidden)
    }
    #expect(text.contains("SELECTOR"))
    #expect(text.contains("last-stable"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("no option means two things in one command", arguments: all.map(\.fullName))
  func distinctOptions(name: String) throws {
    let command = try #require(Self.all.first { $0.fullName == name })
    let names = (command.options + GlobalOptions.all).flatMap(\.names)
    #expect(Set(names).count == names.count)
  }

  @Test("a sub-command's help shows its own options only, and the group's help lists the sub-commands")
  func subcommands() throws {
    let files = Help.command(.restore.subcommands[1])
    #expect(files.hasPrefix("usage: checkpoint restore files SELECTOR [PATHSPEC]… [OPTION]…\n"))
    #expect(files.contains("--take-address") && !files.contains("--target-db"))
    let group = Help.command(.restore)
    #expect(group.hasPrefix("usage: checkpoint restore database|files|config|components …\n"))
    let flat = group.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for subcommand in Command.restore.subcommands { #expect(flat.contains(subcommand.summary)) }
    #expect(!group.contains("\n  --target-db"))
    #expect(Help.command(.warm).hasPrefix("usage: checkpoint warm SELECTOR | list | drop [OPTION]…\n"))
  }

  @Test("usage lines show what is optional and what may be repeated")
  func operands() {
    #expect([Operand.one("A"), .optional("B"), .any("C")].usage == "A [B] [C]…")
    #expect([Operand.one("A"), .optional("B"), .any("C")].possibleCount == 1...Int.max)
    #expect([Operand.several("A")].usage == "A…" && [Operand.several("A")].possibleCount == 1...Int.max)
    #expect([Operand.optional("A"), .optional("B")].possibleCount == 0...2)
    #expect([Operand]().possibleCount == 0...0)
    #expect([Operand.one("A"), .any("B")].operand(at: 7)?.name == "B")
    #expect([Operand.one("A")].operand(at: 1) == nil)
  }

  @Test("exit codes are those of the documentation")
  func exitCodes() {
    let codes: [ExitCode] = [.done, .failed, .usage, .noRepository, .verificationFailed, .interrupted]
    #expect(codes.map(\.rawValue) == [0, 1, 2, 10, 12, 130])
    #expect(codes.allSatisfy { !$0.meaning.isEmpty })
  }
}

// Help of every command: complete, true to the table, and narrow enough for a terminal.

import Testing

@testable import CheckpointCLI

@Suite("Help")
struct HelpTests {
  private static let all = CheckpointCLI.commands + [.stage]

  @Test(
    "every command has a usage, an example that starts with its name, and exit codes",
    arguments: all.map(\.name))
  func complete(name: String) throws {
    let command = try #require(Self.all.first { $0.name == name })
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

  @Test("every example can be parsed", arguments: all.map(\.name))
  func examples(name: String) throws {
    let command = try #require(Self.all.first { $0.name == name })
    let parser = Parser(commands: CheckpointCLI.commands, fallback: .stage)
    for example in command.examples {
      let words = Self.words(example)
      #expect(words.first == "checkpoint", "\(example)")
      guard case .run(let found, _, _, _) = try parser.parse(Array(words.dropFirst())) else {
        Issue.record("\(example)")
        continue
      }
      #expect(found.name == name, "\(example)")
    }
  }

  /// As a shell splits them: at blanks outside of quotes.
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
    return words + (current.map { [$0] } ?? [])
  }

  @Test("summaries begin in lower case and end without a period", arguments: all.map(\.name))
  func summaries(name: String) throws {
    let summary = try #require(Self.all.first { $0.name == name }).summary
    #expect(summary.first?.isLowercase == true)
    #expect(!summary.hasSuffix("."))
  }

  @Test("help fits a terminal of 100 columns", arguments: all.map(\.name))
  func width(name: String) throws {
    let command = try #require(Self.all.first { $0.name == name })
    let long = Help.command(command).split(separator: "\n").filter { $0.count > 100 }
    #expect(long.map { String($0) } == [])
  }

  @Test("the overview names every command and what a selector is")
  func overview() {
    let text = Help.overview(CheckpointCLI.commands, stages: .stage)
    for command in Self.all { #expect(text.contains("  \(command.name) ") != command.isHidden) }
    #expect(text.contains("SELECTOR"))
    #expect(text.contains("last-stable"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("no option stands for two things in one command", arguments: all.map(\.name))
  func distinctOptions(name: String) throws {
    let command = try #require(Self.all.first { $0.name == name })
    let names = (command.options + GlobalOptions.all).flatMap(\.names)
    #expect(Set(names).count == names.count)
  }

  @Test("exit codes are those of the documentation")
  func exitCodes() {
    let codes: [ExitCode] = [.done, .failed, .usage, .noRepository, .verificationFailed, .interrupted]
    #expect(codes.map(\.rawValue) == [0, 1, 2, 10, 12, 130])
    #expect(codes.allSatisfy { !$0.meaning.isEmpty })
  }
}

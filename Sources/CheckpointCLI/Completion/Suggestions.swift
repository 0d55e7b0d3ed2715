// What the shells offer at the end of an unfinished command line. After an error nothing is offered, because a completion has
// no place to show it.

import Checkpoints
import FileSystem

struct Suggestions {
  struct Word: Equatable {
    var text: String
    var meaning = ""
  }

  /// What the shell is to complete: one of these words, or names that it knows itself.
  enum Kind: String { case words, files, directories, program }

  private(set) var kind = Kind.words
  private(set) var words: [Word] = []

  /// - Parameters:
  ///   - words: the words after the program's name; the last one is at the cursor.
  ///   - commands: the commands that are offered.
  ///   - project: opens the project, if there is one, in the directory that `-C` names.
  init(
    for words: [String], commands: [Command], fallback: Command,
    project: (_ directory: String?) -> ProjectWords
  ) {
    let line = UnfinishedLine(words.dropLast(), commands: commands, fallback: fallback)
    let (expected, start) = line.expected(at: words.last ?? "")
    switch expected {
    case .command:
      self.words = commands.map(Self.word)
      if start.hasPrefix("stage-") { self.words += project(line.directory).phases() }
    case .subcommand:
      self.words = line.command?.shownSubcommands.map(Self.word) ?? []
      if line.command?.run != nil, let operand = line.command?.operands.first {
        offer(operand.values, line, project)
      }
    case .option:
      self.words = line.freeOptions.flatMap { option in
        option.names.map { Word(text: $0, meaning: option.help) }
      }
    case .value(let kind): offer(kind, line, project)
    }
    self.words = self.words.filter { $0.text.hasPrefix(start) }
  }

  private mutating func offer(
    _ values: ValueKind, _ line: UnfinishedLine, _ project: (String?) -> ProjectWords
  ) {
    switch values {
    case .text: break
    case .checkpoint: words += project(line.directory).checkpoints()
    case .stage: words += project(line.directory).stages()
    case .words(let all): words += all.map { Word(text: $0) }
    case .command: words += line.commands.map(Self.word)
    case .file: kind = .files
    case .directory: kind = .directories
    case .program: kind = .program
    }
  }

  private static func word(_ command: Command) -> Word { Word(text: command.name, meaning: command.summary) }

  /// The kind in the first line, then one line for each word: the word, a tab, its meaning.
  var lines: [String] { [kind.rawValue] + words.map { "\($0.text)\t\($0.meaning)" } }
}

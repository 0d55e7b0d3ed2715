// A command line that is being written, and what can come at its end. It is read as the parser reads one, but mistakes are
// ignored, because the user is not done yet.

import FileSystem

struct UnfinishedLine {
  enum Expected: Equatable {
    case command
    case subcommand
    case option
    case value(ValueKind)
  }

  let commands: [Command]
  let fallback: Command
  private(set) var command: Command?
  /// The sub-command, once there is one.
  private(set) var chosen: Command?
  /// The value of `-C`.
  private(set) var directory: String?
  private var operands: [String] = []
  private var awaitsValue: Option?
  private var hasOptionsEnded = false
  private var given: Set<String> = []

  /// - Parameter words: the words between the program's name and the cursor.
  init(_ words: some Sequence<String>, commands: [Command], fallback: Command) {
    (self.commands, self.fallback) = (commands, fallback)
    for word in words { read(word) }
  }

  private var options: [Option] {
    (chosen?.options ?? command?.family.flatMap(\.options) ?? []) + GlobalOptions.all
  }

  /// Options that can still be given. Before the sub-command is known, several sub-commands may have the same option.
  var freeOptions: [Option] {
    var known = Set<String>()
    return options.filter { $0.isRepeatable || !given.contains($0.key) }.filter {
      known.insert($0.key).inserted
    }
  }

  private mutating func read(_ word: String) {
    if let option = awaitsValue {
      if option.key == "-C" { directory = word }
      awaitsValue = nil
    } else if !hasOptionsEnded && word == "--" && command != nil {
      hasOptionsEnded = true
    } else if !hasOptionsEnded && word.hasPrefix("-") && word != "-" {
      readOption(word)
    } else if command == nil {
      command = commands.first { $0.answers(to: word) } ?? fallback
    } else if chosen == nil, operands.isEmpty, !hasOptionsEnded,
      let subcommand = command?.subcommand(named: word)
    {
      chosen = subcommand
    } else {
      operands.append(word)
    }
  }

  private mutating func readOption(_ word: String) {
    let isLong = word.hasPrefix("--")
    let name = isLong ? String(word.cut(at: "=")?.before ?? word[...]) : String(word.prefix(2))
    guard let option = options.first(where: { $0.names.contains(name) }) else { return }
    given.insert(option.key)
    if option.value != nil {
      if word.count == name.count {
        awaitsValue = option
      } else if option.key == "-C" {
        directory = String(word.dropFirst(2))
      }
    } else if !isLong && word.count > 2 {
      // Joined switches: -qn
      readOption("-" + word.dropFirst(2))
    }
  }

  /// - Parameter last: the word at the cursor, as far as it has been typed.
  /// - Returns: also the part that has been typed; for `--option=value`, that of the value.
  func expected(at last: String) -> (what: Expected, start: String) {
    if let awaitsValue { return (.value(awaitsValue.values), last) }
    if !hasOptionsEnded && last.hasPrefix("-") {
      guard last.hasPrefix("--"), let (name, start) = last.cut(at: "=") else { return (.option, last) }
      let option = options.first { $0.names.contains(String(name)) }
      let kind = option?.value == nil ? .text : option?.values ?? .text
      return (.value(kind), String(start))
    }
    guard let command else { return (.command, last) }
    if chosen == nil && !command.subcommands.isEmpty && operands.isEmpty && !hasOptionsEnded {
      return (.subcommand, last)
    }
    let kind = (chosen ?? command).operands.operand(at: operands.count)?.values ?? .text
    // After a command's name it is one of its sub-commands.
    if kind == .command, let first = operands.first {
      let names = commands.first { $0.answers(to: first) }?.subcommands.map(\.name) ?? []
      return (.value(.words(names)), last)
    }
    return (.value(kind), last)
  }
}

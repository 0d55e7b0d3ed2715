// Turns words into an invocation, by the command table only. Options can be anywhere; `--` ends them.

import Checkpoints
import FileSystem

struct Parser {
  let commands: [Command]
  /// Understands words that are not the name of a command, such as `stage-02-start`.
  let fallback: Command

  enum Parsed {
    case run(Command, word: String, operands: [String], values: [String: [String]])
    case help(Command?)
    case version
  }

  /// - Parameter arguments: without the program's own name.
  func parse(_ arguments: [String]) throws -> Parsed {
    var rest = arguments[...]
    var values: [String: [String]] = [:]
    // Global options may precede the command.
    while let word = rest.first, word.hasPrefix("-") {
      if word == "--version" || word == "-V" { return .version }
      try takeOption(&rest, GlobalOptions.all, &values, context: nil)
    }
    guard let word = rest.popFirst() else {
      if values["--help"] != nil || arguments.isEmpty { return .help(nil) }
      throw UsageError(description: "no command was given", hints: ["checkpoint --help lists the commands"])
    }
    if word == "version" { return .version }
    let (command, operands) = try parse(&rest, of: find(word), &values)
    if command.name == Command.help.name && !Command.printsDocument(values) {
      return .help(try described(by: operands))
    }
    if values["--help"] != nil { return .help(command) }
    let name = command.group.isEmpty ? word : command.fullName
    let count = command.run == nil ? 1...Int.max : command.operands.possibleCount
    guard count.contains(operands.count), command.run != nil else {
      let problem = operands.count < count.lowerBound ? "too few" : "too many"
      throw UsageError(
        description: "\(problem) arguments for “\(name)”",
        hints: ["usage: checkpoint \(name)\(command.operandUsage.isEmpty ? "" : " " + command.operandUsage)"])
    }
    return .run(command, word: word, operands: operands, values: values)
  }

  /// Reads what follows the command's name.
  /// - Returns: the command, or the sub-command that the first operand names, and the operands.
  private func parse(
    _ rest: inout ArraySlice<String>, of command: Command, _ values: inout [String: [String]]
  ) throws -> (Command, operands: [String]) {
    var chosen: Command?
    var operands: [String] = []
    while let word = rest.first {
      if word == "--" {
        operands += rest.dropFirst()
        break
      }
      if word.hasPrefix("-") && word != "-" {
        // Before the sub-command is known, the option may belong to any of them.
        let options = chosen?.options ?? command.family.flatMap(\.options)
        try takeOption(&rest, options + GlobalOptions.all, &values, context: command, chosen: chosen)
        continue
      }
      rest.removeFirst()
      if chosen == nil, operands.isEmpty, let subcommand = command.subcommand(named: word) {
        chosen = subcommand
      } else if chosen == nil, command.run == nil {
        throw unknown(word, in: command)
      } else {
        operands.append(word)
      }
    }
    let result = chosen ?? command
    let known = Set((result.options + GlobalOptions.all).map(\.key))
    // If a sub-command is missing, that is the mistake to report, not the option.
    if result.run != nil, values["--help"] == nil,
      let other = values.keys.sorted().first(where: { !known.contains($0) })
    {
      throw misplaced(other, in: command)
    }
    return (result, operands)
  }

  private func find(_ word: String) throws -> Command {
    if let command = commands.first(where: { $0.answers(to: word) }) { return command }
    if try Stage.parse(word) != nil { return fallback }
    let near = commands.names(near: word)
    throw UsageError(
      description: "“\(word)” is neither a command nor a stage with a phase",
      hints: (near.isEmpty ? [] : ["did you mean: \(near.joined(separator: ", "))?"]) + [
        "a checkpoint of your own name: checkpoint custom NAME",
        "a stage's: checkpoint stage-02-start (phases: start, core, integration, complete)",
      ])
  }

  /// What `help COMMAND [SUBCOMMAND]` is about; nil for all commands.
  private func described(by words: [String]) throws -> Command? {
    guard let first = words.first else { return nil }
    let command = try find(first)
    guard let second = words.dropFirst().first else { return command }
    guard let subcommand = command.subcommand(named: second) else { throw unknown(second, in: command) }
    return subcommand
  }

  private func unknown(_ word: String, in group: Command) -> UsageError {
    let near = group.subcommands.names(near: word)
    let all = group.subcommands.map(\.name).joined(separator: ", ")
    return UsageError(
      description: "“\(group.name)” has no sub-command “\(word)”",
      hints: (near.isEmpty ? [] : ["did you mean: \(group.name) \(near.joined(separator: ", "))?"])
        + (all.isEmpty ? [] : ["its sub-commands: \(all)"]))
  }

  private func misplaced(_ option: String, in group: Command) -> UsageError {
    let owners = group.subcommands.filter { $0.options.contains { $0.names.contains(option) } }
    return UsageError(
      description: "\(option) goes with \(owners.map(\.fullName).joined(separator: ", "))")
  }

  /// - Parameters:
  ///   - options: the options that are possible here.
  ///   - context: the command that they belong to; nil before it.
  ///   - chosen: the sub-command, once it is known.
  private func takeOption(
    _ rest: inout ArraySlice<String>, _ options: [Option], _ values: inout [String: [String]],
    context: Command?, chosen: Command? = nil
  ) throws {
    guard let word = rest.popFirst() else { return }
    let isLong = word.hasExactly(prefix: "--")
    let pieces = isLong ? word.cut(at: "=") : nil
    let name = isLong ? String(pieces?.before ?? word[...]) : String(word.prefix(2))
    guard let option = options.first(where: { $0.names.contains(name) }) else {
      if let context, context.family.contains(where: { $0.options.contains { $0.names.contains(name) } }) {
        throw misplaced(name, in: context)
      }
      throw unknown(option: name, options, of: chosen ?? context)
    }
    var attached = pieces.map { String($0.after) }
    if !isLong && word.count > name.count { attached = String(word.dropFirst(2)) }
    guard option.value != nil else {
      if let attached {
        if isLong { throw UsageError(description: "the option \(name) takes no value") }
        rest = ["-\(attached)"] + rest
      }
      values[option.key] = [""]
      return
    }
    guard let value = attached ?? rest.popFirst() else {
      throw UsageError(description: "the option \(name) needs a value: \(option.value ?? "")")
    }
    if values[option.key] != nil && !option.isRepeatable {
      throw UsageError(description: "the option \(name) was given twice")
    }
    values[option.key, default: []].append(value)
  }

  private func unknown(option name: String, _ options: [Option], of command: Command?) -> UsageError {
    let known = options.flatMap(\.names).filter {
      EditDistance.between(name, $0) <= 2 && $0.hasPrefix("--")
    }
    return UsageError(
      description: "unknown option \(name)" + (command.map { " of “\($0.fullName)”" } ?? ""),
      hints: known.isEmpty
        ? ["checkpoint \(command.map { "\($0.fullName) " } ?? "")--help lists the options"]
        : ["did you mean \(known.joined(separator: " or "))?"])
  }
}

extension [Command] {
  /// Names that are close to a mistyped word.
  func names(near word: String) -> [String] {
    filter { !$0.isHidden }.flatMap { [$0.name] + $0.aliases }.filter {
      EditDistance.between(word, $0) <= Swift.max(1, word.count / 3)
    }
  }
}

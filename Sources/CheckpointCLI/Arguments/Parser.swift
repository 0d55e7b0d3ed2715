// Turns words into an invocation, by the command table alone. Options may stand anywhere; `--` ends them.

import Checkpoints

struct Parser {
  let commands: [Command]
  /// Understands words that are no command's name, such as `stage-02-start`.
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
    if word == "help" { return .help(try rest.first.map { try find($0) }) }
    if word == "version" { return .version }
    let command = try find(word)
    let options = command.options + GlobalOptions.all
    var operands: [String] = []
    while let word = rest.first {
      if word == "--" {
        operands += rest.dropFirst()
        break
      }
      if word.hasPrefix("-") && word != "-" {
        try takeOption(&rest, options, &values, context: command)
      } else {
        operands.append(word)
        rest.removeFirst()
      }
    }
    if values["--help"] != nil { return .help(command) }
    guard command.operandCount.contains(operands.count) else {
      let problem = operands.count < command.operandCount.lowerBound ? "too few" : "too many"
      throw UsageError(
        description: "\(problem) arguments for “\(word)”",
        hints: ["usage: checkpoint \(word)\(command.operands.isEmpty ? "" : " " + command.operands)"])
    }
    return .run(command, word: word, operands: operands, values: values)
  }

  private func find(_ word: String) throws -> Command {
    if let command = commands.first(where: { $0.name == word || $0.aliases.contains(word) }) {
      return command
    }
    if try Stage.parse(word) != nil { return fallback }
    let near = commands.filter { !$0.isHidden }.flatMap { [$0.name] + $0.aliases }.filter {
      EditDistance.between(word, $0) <= max(1, word.count / 3)
    }
    throw UsageError(
      description: "“\(word)” is neither a command nor a stage with a phase",
      hints: (near.isEmpty ? [] : ["did you mean: \(near.joined(separator: ", "))?"]) + [
        "a checkpoint of your own name: checkpoint custom NAME",
        "a stage's: checkpoint stage-02-start (phases: start, core, integration, complete)",
      ])
  }

  private func takeOption(
    _ rest: inout ArraySlice<String>, _ options: [Option], _ values: inout [String: [String]],
    context: Command?
  ) throws {
    guard let word = rest.popFirst() else { return }
    let name = word.hasPrefix("--") ? String(word.prefix { $0 != "=" }) : String(word.prefix(2))
    guard let option = options.first(where: { $0.names.contains(name) }) else {
      let known = options.flatMap(\.names).filter {
        EditDistance.between(name, $0) <= 2 && $0.hasPrefix("--")
      }
      throw UsageError(
        description: "unknown option \(name)" + (context.map { " of “\($0.name)”" } ?? ""),
        hints: known.isEmpty
          ? ["checkpoint \(context.map { "\($0.name) " } ?? "")--help lists the options"]
          : ["did you mean \(known.joined(separator: " or "))?"])
    }
    var attached: String? = nil
    if word.count > name.count {
      attached = word.hasPrefix("--") ? String(word.dropFirst(name.count + 1)) : String(word.dropFirst(2))
    }
    guard option.value != nil else {
      if let attached {
        if word.hasPrefix("--") { throw UsageError(description: "the option \(name) takes no value") }
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
}

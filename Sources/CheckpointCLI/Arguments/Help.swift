// Help, made from the command table.

enum Help {
  static func overview(_ commands: [Command], stages: Command) -> String {
    var text = """
      checkpoint records a project at a moment (git state, PostgreSQL database, local
      configuration) and brings it back.

      usage: checkpoint COMMAND [OPTION]… [ARGUMENT]…


      """
    let all = [stages] + commands
    let width = all.map { $0.name.count }.max() ?? 0
    for command in all { text += "  \(Format.padded(command.name, width))  \(command.summary)\n" }
    text += "\nA SELECTOR is an id, a name, a timestamp, latest, last-stable or a git revision.\n"
    text += "“checkpoint COMMAND --help” tells more about each.\n"
    return text
  }

  static func command(_ command: Command) -> String {
    var text = "usage: checkpoint \(command.name)"
    if !command.operands.isEmpty { text += " \(command.operands)" }
    if !command.options.isEmpty { text += " [OPTION]…" }
    text += "\n\n\(command.summary)\n"
    if !command.details.isEmpty { text += "\n\(command.details)\n" }
    text += "\noptions:\n"
    let options = command.options + GlobalOptions.all
    let names = options.map { $0.names.joined(separator: ", ") + ($0.value.map { " \($0)" } ?? "") }
    let width = names.map(\.count).max() ?? 0
    for (name, option) in zip(names, options) { text += "  \(Format.padded(name, width))  \(option.help)\n" }
    text += "\nexamples:\n" + command.examples.map { "  \($0)\n" }.joined()
    let codes = Set(command.exitCodes + [.interrupted]).sorted { $0.rawValue < $1.rawValue }
    text += "\nexit codes:\n" + codes.map { "  \(Format.padded("\($0.rawValue)", 4))\($0.meaning)\n" }.joined()
    return text
  }
}

// Help, made from the command table.

import Formatting

enum Help {
  static func overview(_ commands: [Command], stages: Command) -> String {
    var text = """
      checkpoint records a project at a moment (git state, PostgreSQL database, local
      configuration) and brings it back.

      usage: checkpoint COMMAND [OPTION]… [ARGUMENT]…

      """
    let all = [stages] + commands.filter { !$0.isHidden }
    text += columns(all.map { ($0.name, $0.summary) })
    text += "\nA SELECTOR is an id, a name, a timestamp, latest, last-stable or a git revision.\n"
    text += "“checkpoint COMMAND --help” tells more about each.\n"
    return text
  }

  static func command(_ command: Command) -> String {
    var text = "usage: checkpoint \(command.name)"
    if !command.operands.isEmpty { text += " \(command.operands)" }
    if !command.options.isEmpty { text += " [OPTION]…" }
    text += "\n\n" + wrapped(command.summary, indent: 0) + "\n"
    if !command.details.isEmpty { text += "\n" + wrapped(command.details, indent: 0) + "\n" }
    if !command.aliases.isEmpty {
      text += "\n" + wrapped("The same as \(command.aliases.joined(separator: " and ")).", indent: 0) + "\n"
    }
    text += "\noptions:\n"
    let options = command.options + GlobalOptions.all
    text += columns(
      options.map { ($0.names.joined(separator: ", ") + ($0.value.map { " \($0)" } ?? ""), $0.help) })
    text += "\nexamples:\n" + command.examples.map { "  \($0)\n" }.joined()
    let codes = Set(command.exitCodes + [.interrupted]).sorted { $0.rawValue < $1.rawValue }
    text +=
      "\nexit codes:\n" + codes.map { "  \(Format.padded("\($0.rawValue)", 4))\($0.meaning)\n" }.joined()
    return text
  }

  private static let lineLength = 96

  private static func columns(_ rows: [(name: String, text: String)]) -> String {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { "  \(Format.padded($0.name, width))  \(wrapped($0.text, indent: width + 4))\n" }
      .joined()
  }

  /// Lines of at most `lineLength`, all but the first indented.
  private static func wrapped(_ text: String, indent: Int) -> String {
    var lines: [String] = [""]
    for word in text.split(whereSeparator: \.isWhitespace) {
      let last = lines[lines.count - 1]
      if !last.isEmpty && indent + last.count + 1 + word.count > lineLength {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
      }
    }
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}

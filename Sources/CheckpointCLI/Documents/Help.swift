// Help for a terminal, made from the command table.

import Formatting

enum Help {
  /// What the program is for, in one sentence that all forms of help use.
  static let purpose =
    "checkpoint records a project at a moment (git state, PostgreSQL database, local configuration) and brings it back."

  static let selectors =
    "A SELECTOR is an id, a name (its newest), a timestamp, latest, last-stable or a git revision."

  static func overview(_ sections: [CommandSection]) -> String {
    var text = wrapped(purpose, indent: 0) + "\n\nusage: checkpoint COMMAND [OPTION]… [ARGUMENT]…\n"
    let width = sections.flatMap(\.commands).map(\.name.count).max() ?? 0
    for section in sections {
      text += "\n\(section.title):\n"
      text += columns(section.commands.map { ($0.name, $0.summary) }, width: width)
    }
    text += "\n" + wrapped(selectors, indent: 0) + "\n"
    text += "“checkpoint COMMAND --help” shows more about each.\n"
    return text
  }

  static func command(_ command: Command) -> String {
    var text = "usage: \(usage(command))"
    text += "\n\n" + wrapped(command.summary, indent: 0) + "\n"
    if !command.details.isEmpty { text += "\n" + wrapped(command.details, indent: 0) + "\n" }
    if !command.aliases.isEmpty {
      text += "\n" + wrapped("The same as \(command.aliases.joined(separator: " and ")).", indent: 0) + "\n"
    }
    if !command.shownSubcommands.isEmpty {
      text += "\nsub-commands:\n"
      text += columns(
        command.shownSubcommands.map { ("\($0.name) \($0.operandUsage)".trimmedAtEnd, $0.summary) })
    }
    text += "\noptions:\n"
    text += columns((command.options + GlobalOptions.all).map { ($0.usage, $0.help) })
    text += "\nexamples:\n" + command.examples.map { "  \($0)\n" }.joined()
    text += "\nexit codes:\n"
    text += codes(of: command).map { "  \(Format.padded("\($0.rawValue)", 4))\($0.meaning)\n" }.joined()
    if !command.shownSubcommands.isEmpty {
      text += "\n“checkpoint \(command.name) \(command.shownSubcommands[0].name) --help” shows more.\n"
    }
    return text
  }

  /// `checkpoint rollback [SELECTOR] [OPTION]…`
  static func usage(_ command: Command) -> String {
    ["checkpoint", command.fullName, command.operandUsage, command.options.isEmpty ? "" : "[OPTION]…"]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  static func codes(of command: Command) -> [ExitCode] {
    Set(command.exitCodes + [.interrupted]).sorted { $0.rawValue < $1.rawValue }
  }

  private static let lineLength = 96

  private static func columns(_ rows: [(name: String, text: String)], width: Int? = nil) -> String {
    let width = width ?? rows.map(\.name.count).max() ?? 0
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

extension String {
  fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}

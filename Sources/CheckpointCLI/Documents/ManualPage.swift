// The manual page in troff's language, made from the command table.

enum ManualPage {
  static func troff(_ sections: [CommandSection]) -> String {
    var lines = [
      ".\\\" Generated from the command table: checkpoint help --man",
      ".TH CHECKPOINT 1 \"\" \"checkpoint \(Version.number)\" \"User Commands\"",
      ".SH NAME", "checkpoint \\- record a project at a moment and bring it back",
      ".SH SYNOPSIS", ".B checkpoint", ".I COMMAND", "[\\fIOPTION\\fR]… [\\fIARGUMENT\\fR]…",
      ".SH DESCRIPTION", text(Help.purpose), ".PP", text(Help.selectors),
      ".PP", "As a command of git it is", ".BR \"git checkpoint\" .",
      ".SH OPTIONS OF EVERY COMMAND",
    ]
    lines += GlobalOptions.all.flatMap(option)
    for section in sections {
      lines.append(".SH \(section.title.uppercased())")
      lines += section.commands.flatMap(\.shownFamily).flatMap(self.lines)
    }
    lines.append(".SH EXIT STATUS")
    let codes = Set(sections.flatMap(\.commands).flatMap(\.family).flatMap(Help.codes))
    for code in codes.sorted(by: { $0.rawValue < $1.rawValue }) {
      lines += [".TP", ".B \(code.rawValue)", text(code.meaning)]
    }
    lines += [".SH SEE ALSO", ".BR git (1),", ".BR pg_dump (1),", ".BR gitignore (5)"]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ command: Command) -> [String] {
    let rest = [command.operandUsage, command.options.isEmpty ? "" : "[OPTION]…"].filter { !$0.isEmpty }
    var lines = [
      ".SS \"checkpoint \(escaped(command.fullName))\"",
      "\\fBcheckpoint \(escaped(command.fullName))\\fR \(escaped(rest.joined(separator: " ")))", ".PP",
      text(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."),
    ]
    if !command.details.isEmpty { lines += [".PP", text(command.details)] }
    if !command.aliases.isEmpty {
      lines += [".PP", text("The same as \(command.aliases.joined(separator: " and ")).")]
    }
    lines += command.options.flatMap(option)
    lines += [".PP", command.examples.count == 1 ? "Example:" : "Examples:", ".PP", ".nf", ".RS 4"]
    return lines + command.examples.map(protected) + [".RE", ".fi"]
  }

  private static func option(_ option: Option) -> [String] {
    let names = option.names.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
    return [".TP", names + (option.value.map { " \\fI\(escaped($0))\\fR" } ?? ""), text(option.help)]
  }

  private static func text(_ text: String) -> String {
    protected(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  /// A line that troff reads as text, whatever it begins with.
  private static func protected(_ line: String) -> String {
    (line.first == "." || line.first == "'" ? "\\&" : "") + escaped(line)
  }

  /// Escapes hyphens and quotes, so that commands can be copied from the page.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { out, character in
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "'": out += "\\(aq"
      case "`": out += "\\(ga"
      case "^": out += "\\(ha"
      case "~": out += "\\(ti"
      case "\"": out += "\\(dq"
      default: out.append(character)
      }
    }
  }
}

// The reference of all commands in Markdown, made from the command table. `docs/reference/commands.md` is this text.

import FileSystem
import Formatting

enum CommandReference {
  static func markdown(_ sections: [CommandSection]) -> String {
    var lines = [
      "# Commands", "",
      "<!-- Generated from the command table: checkpoint help --markdown >docs/reference/commands.md -->", "",
      Markdown.escaped(Help.selectors), "",
    ]
    for section in sections {
      lines.append("- **\(section.title):** " + section.commands.map(link).joined(separator: ", "))
    }
    lines += ["", "## Options of every command", ""] + table(GlobalOptions.all)
    lines += ["", "## Exit codes", ""]
    let codes = Set(sections.flatMap(\.commands).flatMap(\.family).flatMap(Help.codes))
    lines += Markdown.table(
      ["code", "meaning"],
      codes.sorted { $0.rawValue < $1.rawValue }.map { ["\($0.rawValue)", Markdown.escaped($0.meaning)] })
    for section in sections {
      lines += ["", "## \(section.title)"]
      for command in section.commands { lines += command.shownFamily.flatMap(self.lines) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func link(_ command: Command) -> String {
    "[`\(command.fullName)`](#\(anchor(command)))"
  }

  /// The anchor that web pages make of a heading: letters, digits and hyphens.
  private static func anchor(_ command: Command) -> String {
    "checkpoint-\(command.fullName)".filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == " " }
      .substituting(" ", with: "-")
  }

  private static func lines(_ command: Command) -> [String] {
    let level = command.group.isEmpty ? "###" : "####"
    var lines = ["", "\(level) checkpoint \(Markdown.escaped(command.fullName))", ""]
    lines += ["```", Help.usage(command), "```", ""]
    lines.append(sentence(command.summary))
    if !command.details.isEmpty { lines += ["", paragraph(command.details)] }
    if !command.aliases.isEmpty {
      lines += ["", "The same as " + command.aliases.map { "`\($0)`" }.joined(separator: " and ") + "."]
    }
    if !command.options.isEmpty { lines += [""] + table(command.options) }
    lines += ["", "```sh"] + command.examples + ["```"]
    let codes = Help.codes(of: command).map { "\($0.rawValue)" }.joined(separator: ", ")
    return lines + ["", "Exit codes: \(codes)."]
  }

  private static func table(_ options: [Option]) -> [String] {
    Markdown.table(
      ["option", "meaning"],
      options.map { ["`\($0.usage.substituting("|", with: "\\|"))`", Markdown.escaped($0.help)] })
  }

  private static func paragraph(_ text: String) -> String {
    Markdown.escaped(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  private static func sentence(_ summary: String) -> String {
    paragraph(summary.prefix(1).uppercased() + summary.dropFirst() + ".")
  }
}

extension Command {
  /// The command and its sub-commands, without hidden ones.
  var shownFamily: [Command] { [self] + shownSubcommands }
}

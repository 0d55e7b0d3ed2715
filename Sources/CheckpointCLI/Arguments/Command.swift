// The command table's vocabulary. One declaration of a command drives parsing, help, errors, the reference, the man page and
// the shells' completions.

struct Command: Sendable {
  var name: String
  /// Other names of the command.
  var aliases: [String] = []
  /// The name of the command that this is a sub-command of; empty if it is not a sub-command.
  var group = ""
  var operands: [Operand] = []
  /// Not listed in help: the program itself, hooks or completions call it.
  var isHidden = false
  var summary: String
  /// More for `--help`, in whole sentences.
  var details: String = ""
  var options: [Option] = []
  var examples: [String]
  var exitCodes: [ExitCode] = [.done, .failed, .usage, .noRepository]
  /// Commands that the first operand chooses, such as `restore database`.
  var subcommands: [Command] = []
  /// nil if a sub-command has to be chosen.
  var run: (@Sendable (Invocation) throws -> ExitCode)?

  /// With the group's name: `restore database`.
  var fullName: String { group.isEmpty ? name : "\(group) \(name)" }

  /// The command with its sub-commands, which learn the group's name.
  func with(subcommands: [Command]) -> Command {
    var command = self
    command.subcommands = subcommands.map { subcommand in
      var subcommand = subcommand
      subcommand.group = name
      return subcommand
    }
    return command
  }

  /// What follows the name in usage lines.
  var operandUsage: String {
    if run == nil { return shownSubcommands.map(\.name).joined(separator: "|") + " …" }
    return ([operands.usage] + shownSubcommands.map(\.name)).joined(separator: " | ")
  }

  var shownSubcommands: [Command] { subcommands.filter { !$0.isHidden } }

  func answers(to word: String) -> Bool { name == word || aliases.contains(word) }

  func subcommand(named word: String) -> Command? { subcommands.first { $0.answers(to: word) } }

  /// The command and its sub-commands.
  var family: [Command] { [self] + subcommands }
}

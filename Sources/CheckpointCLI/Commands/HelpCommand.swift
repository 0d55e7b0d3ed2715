// `checkpoint help`: a command's help, or all of it as a document.

extension Command {
  static let help = Command(
    name: "help", operands: [.optional("COMMAND", .command), .optional("SUBCOMMAND", .command)],
    summary: "show the help of a command, or all commands as one document",
    options: [
      .flag("--markdown", help: "the reference of all commands, for docs/reference/commands.md"),
      .flag("--man", help: "the manual page, for “man -l -”"),
    ],
    examples: ["checkpoint help restore database", "checkpoint help --man"],
    exitCodes: [.done, .failed, .usage]
  ) { invocation in
    if !invocation.operands.isEmpty || invocation.has("--markdown") && invocation.has("--man") {
      throw UsageError(description: "a document holds all commands: --markdown and --man take no COMMAND")
    }
    Console.document(
      invocation.has("--man")
        ? ManualPage.troff(CommandTable.sections) : CommandReference.markdown(CommandTable.sections))
    return .done
  }

  static func printsDocument(_ values: [String: [String]]) -> Bool {
    values["--markdown"] != nil || values["--man"] != nil
  }
}

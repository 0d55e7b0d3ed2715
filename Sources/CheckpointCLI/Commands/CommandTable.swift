// All commands, by what they are for. A new command is one file in Commands/ and its name here.

enum CommandTable {
  static let sections: [CommandSection] = [
    CommandSection(
      title: "Record",
      commands: [.stage, .full, .incremental, .database, .custom, .run, .importing]),
    CommandSection(title: "Look", commands: [.list, .show, .status, .diff, .log, .report, .stages, .stats]),
    CommandSection(title: "Watch", commands: [.check, .doctor, .metrics]),
    CommandSection(title: "Go back", commands: [.rollback, .undo, .restore]),
    CommandSection(title: "Trust a checkpoint", commands: [.verify, .rehearse, .warm, .mark]),
    CommandSection(title: "Copy elsewhere", commands: [.remote, .push, .pull, .clone]),
    CommandSection(title: "Export and delete", commands: [.export, .delete, .prune, .archive, .gc]),
    CommandSection(
      title: "Set up",
      commands: [.initialize, .settings, .hooks, .schedule, .notify, .trust, .completion, .help]),
  ]

  /// Commands that the program itself starts.
  static let hidden: [Command] = [.worker, .hookWorker, .completeWords]

  /// All commands with a fixed name, so without `<stage>-<phase>`.
  static let named: [Command] =
    sections.flatMap(\.commands).filter { $0.name != Command.stage.name } + hidden

  static let parser = Parser(commands: named, fallback: .stage)
}

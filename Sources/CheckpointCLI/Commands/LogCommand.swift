// `checkpoint log`: what was done, when, how long it took, and what came of it.

import Checkpoints
import FileSystem
import Formatting
import Glibc

extension Command {
  static let log = Command(
    name: "log", summary: "show what was done, when, and what came of it",
    details: """
      TIME is a day or a moment in UTC (2026-11-20, “2026-11-20 15:00”), or how long ago (90s, 5m, 2h, 3d).
      What hooks, the schedule and the background worker did is listed, too, and CAUSE says whose work it was. With --follow each entry of --json is
      a document of its own, in one line. --journald is for what has been; checkpoint.journald = true sends
      every later entry there by itself.
      """,
    options: [
      .value(
        "--kind", as: "KIND", .words(OperationFilter.kinds), repeatable: true,
        help: "only operations of this kind: \(OperationFilter.kinds.joined(separator: ", "))"),
      .value(
        "--cause", as: "CAUSE", .words(OperationFilter.causes),
        help: "only what this made run: \(OperationFilter.causes.joined(separator: ", "))"),
      .value(
        "--result", as: "done|failed", .words(["done", "failed"]),
        help: "only those that succeeded, or only the others"),
      .value("--since", as: "TIME", help: "nothing that is older"),
      .value("--until", as: "TIME", help: "nothing that is newer"),
      .value("-n", "--last", as: "N", help: "the last N of them (default 50, 0 for all)"),
      .flag("-f", "--follow", help: "print new entries as they come, until Ctrl-C"),
      .flag("--stats", help: "count them by kind instead: how many failed, how long they took"),
      .flag("--journald", help: "send them to the journal of systemd instead of printing them"),
    ],
    examples: [
      "checkpoint log --stats --since 30d", "checkpoint log", "checkpoint log --result failed --since 3d",
      "checkpoint log --kind hook --follow",
    ]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let filter = try OperationFilter(invocation, now: workspace.now)
    if invocation.has("--journald") && (invocation.has("--stats") || invocation.has("--json")) {
      throw UsageError(description: "--journald prints nothing: leave out --stats and --json")
    }
    if invocation.has("--stats") && (invocation.has("--follow") || invocation.value("--last") != nil) {
      throw UsageError(description: "--stats counts all of them: leave out --follow and --last")
    }
    let last = try filter.count(invocation.value("--last") ?? "50")
    let (entries, atWork) = try workspace.session.looking { opened in
      (
        try OperationsLog(opened.store).entries(),
        try WorkerLock.Role.allCases.compactMap { try WorkerLock.running($0, in: opened.store) }
      )
    }
    let journal = try journal(workspace)
    if invocation.has("--stats") {
      var statistics = LogStatistics()
      while let entry = try entries.next() { if filter.matches(entry) { statistics.add(entry) } }
      try LogText(console: invocation.console).table(statistics)
      return .done
    }
    var shown: [OperationEntry] = []
    while let entry = try entries.next() {
      guard filter.matches(entry) else { continue }
      shown.append(entry)
      // Only the last ones are kept in memory, however long the log is.
      if last > 0 && shown.count > 2 * last { shown.removeFirst(shown.count - last) }
    }
    if last > 0 { shown = Array(shown.suffix(last)) }
    let text = LogText(console: invocation.console)
    func tell(_ entry: OperationEntry) throws {
      if let journal { try journal.send(entry, waiting: journalPatience) } else { try text.line(entry) }
    }
    if invocation.has("--follow") {
      for entry in shown { try tell(entry) }
      // It ends normally by Ctrl-C, or when the reader closes the pipe.
      while !Interruption.isRequested && !invocation.console.isAbandoned {
        while let entry = try entries.next() {
          if filter.matches(entry) { try tell(entry) }
        }
        usleep(200_000)
      }
      return .done
    }
    if journal != nil {
      for entry in shown { try tell(entry) }
      invocation.console.remark(
        "\(Format.plural(shown.count, "entry", "entries")) sent: journalctl -t checkpoint")
      return .done
    }
    try text.table(shown)
    for state in atWork {
      invocation.console.remark("at work since \(Format.time(state.startedAt)): \(state.job)")
    }
    return .done
  }

  /// Seconds for a journal that does not read.
  private static let journalPatience = 5

  /// nil if entries are printed.
  private static func journal(_ workspace: Workspace) throws -> SystemJournal? {
    guard workspace.invocation.has("--journald") else { return nil }
    guard SystemJournal.isHere else {
      throw Diagnostic(
        "there is no journal of systemd here", hints: ["without --journald the entries are printed"])
    }
    return SystemJournal(workspace.project.location)
  }
}

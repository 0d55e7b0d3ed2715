// `checkpoint diff`: what differs between two checkpoints, or a checkpoint and the present state.

import Operations

extension Command {
  static let diff = Command(
    name: "diff", operands: [.optional("A", .checkpoint), .optional("B", .checkpoint)],
    summary: "say what differs between two checkpoints, or a checkpoint and now",
    details:
      """
      A is latest by default, and B the present state: the working copy, and the databases that checkpoints record.
      Without --data, rows of large tables are compared by what is known of them; with it, the chunks that differ
      are read and the rows counted, as is done for small tables anyway. A present database is read whole for that, once;
      without --data only up to 1 GiB. Nothing of it is stored. Of configuration files that git must not hold, only names are shown.
      """,
    options: [
      .flag("--stat", help: "only totals"),
      .flag("--files", help: "only files, all of them"),
      .flag("--schema", help: "only definitions of the databases, in full"),
      .flag("--data", help: "count the rows that differ in large tables, too, by reading them"),
      .value(
        "--table", as: "NAME", repeatable: true,
        help: "the rows of this table that differ, by primary key; * and ? are wildcards"),
      .value("--limit", as: "N", help: "rows of each kind that --table lists (default 20)"),
    ] + SharedOptions.database,
    examples: [
      "checkpoint diff stage-02-start", "checkpoint diff stage-02-start stage-02-complete --schema",
      "checkpoint diff latest --data --table orders",
    ], exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let sections = try DiffSections(invocation)
    let selectors = invocation.operands
    var request = CompareRequest(
      from: selectors.first ?? "latest", to: selectors.count > 1 ? selectors[1] : nil)
    request.comparesFiles = sections.showsFiles
    request.comparesSources = sections.showsDatabases
    request.sources = sections.options
    let changes = try Workspace(invocation).session.compare(request)
    if invocation.console.isJSON {
      try invocation.console.json(changes)
    } else {
      for line in DiffText(sections).lines(changes) { invocation.console.result(line) }
      if !sections.data && changes.hasUnreadRows { invocation.console.hint("--data reads the rows, too") }
    }
    return changes.isPartial ? .partly : .done
  }
}

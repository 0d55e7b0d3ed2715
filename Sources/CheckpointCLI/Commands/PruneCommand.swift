// `checkpoint prune`: removes the checkpoints that the retention policies do not keep.

import Checkpoints
import Formatting
import Operations

extension Command {
  static let prune = Command(
    name: "prune", summary: "remove checkpoints that the retention policies do not keep",
    details: """
      Shows every checkpoint with the rule that keeps it, asks, and removes the others. The policies are
      in your own git settings (checkpoint.retention.KIND.keepLast, keepWithin, keepDaily …), so that no
      repository decides what is removed here. Whatever they say, these stay: what is stable, has a warm
      clone, is needed by undo, or is the last of its kind or with its database that is known to be good.
      The space is free a day later, or at once with --now.
      """,
    options: [
      .flag("-n", "--dry-run", help: "show what would be removed"),
      .value(
        "--kind", as: "KIND", .words(RetentionClass.allCases.map(\.rawValue)), repeatable: true,
        help:
          "only checkpoints of this kind: \(RetentionClass.allCases.map(\.rawValue).joined(separator: ", "))"),
      .flag("--now", help: "free the space at once, if nothing else is at work"), SharedOptions.yes,
    ],
    examples: [
      "checkpoint prune --dry-run", "checkpoint prune --kind incremental --yes",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let console = workspace.console
    var request = PruneRequest()
    request.isDry = invocation.has("--dry-run")
    request.atOnce = invocation.has("--now")
    let kinds = try invocation.list("--kind").map { try RetentionClass(named: $0) }
    if !kinds.isEmpty { request.classes = Set(kinds) }
    var isRefused = false
    let outcome = try workspace.session.prune(request) { plan in
      let isAnswered = invocation.has("--yes")
      if !isAnswered { for line in PruneReport.lines(plan, now: workspace.now) { console.question(line) } }
      let removed = plan.removed.isEmpty ? nil : "remove \(Format.plural(plan.removed.count, "checkpoint"))"
      let archived =
        plan.archived.isEmpty ? nil : "archive \(Format.plural(plan.archived.count, "checkpoint"))"
      let question = [removed, archived].compactMap { $0 }.joined(separator: " and ") + "?"
      if try console.confirm(question, isAnswered: isAnswered) { return true }
      isRefused = true
      console.remark("nothing was removed")
      return false
    }
    if console.isJSON {
      try console.json(PruneReport(outcome, isDry: request.isDry))
    } else if request.isDry {
      for line in PruneReport.lines(outcome.plan, now: workspace.now) { console.result(line) }
    } else if !isRefused {
      console.result(PruneReport.summary(outcome))
    }
    if isRefused { return .failed }
    for (id, reason) in outcome.archives.left { console.warn(Diagnostic(reason), "\(id) stays as it is") }
    guard case .failure(let error)? = outcome.collection else {
      return outcome.archives.left.isEmpty ? .done : .partly
    }
    console.warn(Diagnostic(error), "the space is not free yet")
    return .partly
  }
}

extension RetentionClass {
  /// - Throws: a usage error, which names the kinds that there are.
  fileprivate init(named name: String) throws {
    guard let retentionClass = RetentionClass(rawValue: name) else {
      throw UsageError(
        description: "“\(name)” is no kind of checkpoints that is pruned",
        hints: [RetentionClass.allCases.map(\.rawValue).joined(separator: ", ")])
    }
    self = retentionClass
  }
}

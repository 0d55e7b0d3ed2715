// Makes the plan of `--data-only` as text, for the user to agree to.

import Checkpoints
import ChunkStore

extension PostgreSQLSource {
  /// What `--data-only` would do, including a trial of its conversions.
  package func plan(
    _ record: SourceRecord, _ request: DatabaseRequest, in store: Store, progress: any ProgressReporter
  ) throws -> (lines: [String], problems: [String], suggestions: [String]) {
    let token = "plan_\(String(UInt32.random(in: 0 ... .max), radix: 16))"
    let context = DatabaseContext(
      store: store, token: token, progress: progress, request: request)
    let (access, document) = (
      try ServerAccess(named(for: token)), try DatabaseDocument(of: record, in: store)
    )
    if !request.isForced && request.destination == nil { try access.check(binding: document) }
    let plan = try DataRestoration.plan(document, access, request)
    let restoration = try DataRestoration(document, plan, access: access, context: context)
    // What is unusual comes first.
    let changes = plan.problems.isEmpty ? try restoration.rehearse() : []
    return (restoration.firing + changes + DataPlanText.lines(plan), plan.problems, plan.suggestions)
  }
}

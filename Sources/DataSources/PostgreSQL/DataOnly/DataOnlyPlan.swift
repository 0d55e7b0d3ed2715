// Makes the plan of `--data-only` as text, for the user to agree to.

import Checkpoints
import ChunkStore

extension PostgreSQLSource: PlansRows {
  /// What `--data-only` would do, including a trial of its conversions.
  package func rowPlan(
    of record: SourceRecord, _ request: SourceRequest, in store: Store, progress: any ProgressReporter
  ) throws -> RowPlan {
    let request = try DatabaseRequest(request)
    let token = "plan_\(String(UInt32.random(in: 0 ... .max), radix: 16))"
    let context = DatabaseContext(store: store, token: token, progress: progress, request: request)
    let access = try ServerAccess(named(for: token))
    let document = try DatabaseDocument(of: record, in: store)
    if !request.isForced && request.destination == nil { try access.check(binding: document) }
    let plan = try DataRestoration.plan(document, access, request)
    let restoration = try DataRestoration(document, plan, access: access, context: context)
    // What is unusual comes first.
    let changes = plan.problems.isEmpty ? try restoration.rehearse() : []
    return RowPlan(
      lines: restoration.firing + changes + DataPlanText.lines(plan), problems: plan.problems,
      suggestions: plan.suggestions + (plan.kept.contains { $0.tool != nil } ? [.ledgers] : []))
  }
}

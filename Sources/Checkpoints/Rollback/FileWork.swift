// What working copies need to get from what the rescue holds to what the target holds.

import FileSystem
import Git

struct FileWork {
  /// nil if git and files stay as they are.
  let files: RestorePlan?
  let submodules: [SubmoduleStep]

  init(_ ongoing: OngoingRollback, from rescue: Manifest, _ context: RollbackContext) throws {
    files = try Self.files(ongoing, from: rescue, context)
    submodules = try SubmoduleRestorer(context).steps(ongoing, from: rescue, to: ongoing.target)
  }

  private static func files(
    _ ongoing: OngoingRollback, from rescue: Manifest, _ context: RollbackContext
  ) throws -> RestorePlan? {
    guard !ongoing.journal.scope.isOfDatabasesOnly, let wanted = ongoing.state,
      let present = try context.recordedState(rescue)
    else { return nil }
    if let planned = ongoing.planned, planned.from == present.tree { return planned.files }
    let plan = try FileSelection(ongoing.journal, ongoing.target, context.location).files(
      from: present, to: wanted, keptInStore: context.catalog.filesInStore(ongoing.target), context.objects)
    try context.objects.fetchMissing(plan.writes.map(\.entry.id))
    return plan
  }

  /// What the user should know of it.
  func notes(_ target: Manifest) -> [String] {
    let recorded = Set(target.git.submodules?.map(\.path) ?? [])
    let moved = (files?.submodules ?? [:]).filter { !recorded.contains($0.key) }.sorted { $0.key < $1.key }
    let mounted = submodules.flatMap { step in step.plan.mounted.map(step.submodule.path.appending) }
    return moved.map {
      "the submodule \($0.key) had \($0.value.short) checked out: git -C \($0.key) checkout \($0.value.short)"
    } + ((files?.mounted ?? []) + mounted).map { "\($0) stays: it is a mount point" }
  }
}

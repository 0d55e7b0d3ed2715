// The way back from a rollback that is not finished: databases swapped back, files, index and HEAD as the rescue has
// them, services started again. Every step can be repeated.

import FileSystem
import Git

extension Rollback {
  /// Puts everything back, whatever was asked meanwhile.
  func goBack(_ plan: RollbackPlan, because cause: any Error) throws {
    try Interruption.shielded {
      do { try revert(plan.journal, plan.target, plan.restorations) } catch {
        throw RollbackProblem.revertFailed(cause: "\(cause)", revert: "\(error)")
      }
    }
  }

  /// - Parameter present: the working tree as it is now, where it was just recorded.
  /// - Returns: what people should know.
  @discardableResult
  func revert(
    _ journal: Journal, _ target: Manifest, _ restorations: Restorations, present: Manifest? = nil
  ) throws -> [String] {
    var journal = journal
    var notes: [String] = []
    if journal.services?.isPutBack != true {
      if journal.rescue != nil {
        // If we are killed on the way, `--continue` must not take for done what is being taken back.
        for name in journal.sources.keys { journal.sources[name]?.isActivated = false }
        journal.isGitRestored = false
        try JournalFile(store).write(journal)
      }
      try stopServicesAgain(&journal, target)
      notes = try putBack(journal, target, restorations, present)
      if let services = journal.services, !services.isUntouched {
        journal.services?.isPutBack = true
        try JournalFile(store).write(journal)
      }
    }
    try startServicesAgain(&journal, target)
    try JournalFile(store).remove()
    return notes
  }

  private func putBack(
    _ journal: Journal, _ target: Manifest, _ restorations: Restorations, _ present: Manifest?
  ) throws -> [String] {
    let rescue = try journal.rescue.map { try catalog.manifest($0) }
    var notes = try restorations.reversed().flatMap { record, restoration in
      try restoration.revert(
        journal.sources[record.name]?.state, rescue: rescue?.sources.first { $0.name == record.name })
    }
    guard let rescue else { return notes }
    var lost: [LostRights] = []
    if journal.isGitTouched, let from = try stateToLeave(journal, target, present),
      let to = try recordedState(rescue)
    {
      let plan = RollbackPlan(
        journal: journal, target: target, state: from, location: project.location,
        restorations: Restorations())
      let kept = try catalog.filesInStore(rescue)
      let files = try plan.files(from: from, to: to, keptInStore: kept, isReverting: true, database)
      lost = try restoration.run(
        files, to: to, from: from, head: journal.scope == .everything ? journal.headBefore : nil,
        reason: journal.reason
      ) {
        try restorations.complete(rescue, isReverting: true)
        return kept
      }
      lost += try restore(submoduleSteps(plan, from: target, to: rescue, isReverting: true), journal)
    }
    try restorations.complete(rescue, isReverting: true)
    notes += LostRightsText.notes(lost + restorations.lostRights)
    // A process that was killed at its very end may have marked it.
    if Self.usesUp(journal, restorations) { try catalog.updateNotes(target.id) { $0.isSpent = nil } }
    try catalog.updateNotes(rescue.id) { $0.isSpent = true }
    return notes
  }

  /// What the files are now. Commands that build and start write files of their own, which are in neither checkpoint:
  /// after those the working tree is recorded, so that it comes back as it was to the last file.
  private func stateToLeave(
    _ journal: Journal, _ target: Manifest, _ present: Manifest?
  ) throws -> RecordedState? {
    guard journal.services?.hasBegun(.build, .start, .smoke) == true else { return try recordedState(target) }
    return try (present ?? keepPresentState(journal, before: "revert")).flatMap { try recordedState($0) }
  }
}

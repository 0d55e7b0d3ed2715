// The way back from an operation that is not finished: databases swapped back, files, index and HEAD as the rescue has
// them, services started again. Every step can be repeated.

import FileSystem
import Git

struct WayBack {
  private let context: RollbackContext
  private let services: RollbackServices

  init(_ context: RollbackContext) {
    self.context = context
    services = RollbackServices(context)
  }

  /// Puts everything back because a step failed. Ctrl-C waits meanwhile.
  func go(_ ongoing: OngoingRollback, because cause: any Error) throws {
    try Interruption.shielded {
      do { try revert(ongoing) } catch {
        throw RollbackProblem.revertFailed(cause: "\(cause)", revert: "\(error)")
      }
    }
  }

  /// - Parameter present: the working tree as it is now, if it was just recorded.
  /// - Returns: what the user should know.
  @discardableResult
  func revert(_ ongoing: OngoingRollback, present: Manifest? = nil) throws -> [String] {
    var notes: [String] = []
    if ongoing.journal.services?.isPutBack != true {
      if ongoing.journal.rescue != nil {
        // If we are killed on the way, `--continue` must not take for done what is being taken back.
        try ongoing.note { journal in
          for name in journal.sources.keys { journal.sources[name]?.isActivated = false }
          journal.isGitRestored = false
        }
      }
      try services.stopAgain(ongoing)
      notes = try putBack(ongoing, present)
      if let services = ongoing.journal.services, !services.isUntouched {
        try ongoing.note { $0.services?.isPutBack = true }
      }
    }
    try services.startAgain(ongoing)
    try ongoing.end()
    return notes
  }

  private func putBack(_ ongoing: OngoingRollback, _ present: Manifest?) throws -> [String] {
    let rescue = try ongoing.journal.rescue.map { try context.catalog.manifest($0) }
    let notes = try ongoing.restorations.reversed().flatMap { record, restoration in
      try restoration.revert(
        ongoing.progress(of: record), rescue: rescue?.sources.first { $0.name == record.name })
    }
    guard let rescue else { return notes }
    if ongoing.journal.isGitTouched { try putFilesBack(ongoing, rescue, present) }
    try ongoing.restorations.complete(rescue, isReverting: true)
    // A process that was killed at its very end may have marked it.
    if ongoing.usesTargetUp { try context.catalog.updateNotes(ongoing.target.id) { $0.isSpent = nil } }
    try context.catalog.updateNotes(rescue.id) { $0.isSpent = true }
    return notes + LostRightsText.notes(ongoing.lostRights + ongoing.restorations.lostRights)
  }

  private func putFilesBack(_ ongoing: OngoingRollback, _ rescue: Manifest, _ present: Manifest?) throws {
    let (journal, target) = (ongoing.journal, ongoing.target)
    guard let from = try stateToLeave(ongoing, present), let to = try context.recordedState(rescue) else {
      return
    }
    let kept = try context.catalog.filesInStore(rescue)
    let files = try FileSelection(journal, target, context.location).files(
      from: from, to: to, keptInStore: kept, isReverting: true, context.objects)
    ongoing.lostRights = try context.gitRestoration.run(
      files, to: to, from: from, head: journal.scope == .everything ? journal.headBefore : nil,
      reason: journal.reason
    ) {
      try ongoing.restorations.complete(rescue, isReverting: true)
      return kept
    }
    let submodules = SubmoduleRestorer(context)
    let steps = try submodules.steps(ongoing, from: target, to: rescue, isReverting: true)
    ongoing.lostRights += try submodules.restore(steps, reason: journal.reason)
  }

  /// What the files are now. Commands that build and start write files of their own, which are in neither checkpoint:
  /// after those the working tree is recorded, so that it comes back as it was to the last file.
  private func stateToLeave(_ ongoing: OngoingRollback, _ present: Manifest?) throws -> RecordedState? {
    guard ongoing.journal.services?.hasBegun(.build, .start, .smoke) == true else {
      return try context.recordedState(ongoing.target)
    }
    let present =
      try present ?? RescueTaker(context).keepPresentState(ongoing.journal, before: "revert")
    return try present.flatMap { try context.recordedState($0) }
  }
}

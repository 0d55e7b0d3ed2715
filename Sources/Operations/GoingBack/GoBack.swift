// Going back: to a checkpoint or a release, back from there, or to a part of a checkpoint. Plan, the user's decision, execution,
// and then whatever room earlier rollbacks still take.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension ProjectSession {
  /// Goes back to a checkpoint or a release, with everything that it holds.
  /// - Parameters:
  ///   - patience: seconds to wait for others to finish.
  ///   - decide: gets the plan, and says whether it is carried out.
  /// - Returns: nil if it is not.
  package func goBack(
    _ request: GoBackRequest, patience: Double? = nil, decide: (GoBackPlan) throws -> Bool
  ) throws -> GoBackOutcome? {
    try alone(patience: patience) { opened in
      let chosen = try ChosenTarget(request.target, in: opened)
      switch chosen.place {
      case .checkpoint(let manifest):
        if manifest.kind == .release && request.movesBranch { throw GoBackProblem.releaseHasNoBranch }
        let contents = try opened.unpackChosen(manifest)
        defer { withExtendedLifetime(contents) {} }
        let going = GoingBack(opened, request, remarks: chosen.remarks)
        return try going.carryOut(going.request(for: manifest), decide)
      case .release(let release):
        if request.movesBranch { throw GoBackProblem.releaseHasNoBranch }
        let rollback = try opened.rollback([])
        let going = GoingBack(opened, request, remarks: chosen.remarks, preparer: rollback)
        var wanted = try going.request(for: rollback.preview(release))
        wanted.release = release
        return try going.carryOut(wanted, decide)
      }
    }
  }

  /// Brings back a part of a checkpoint, and leaves HEAD and the index as they are.
  /// - Parameter scope: which part.
  package func restorePart(
    _ request: RestorePartRequest, scope: (RecordedFiles) throws -> OperationScope,
    decide: (GoBackPlan) throws -> Bool
  ) throws -> GoBackOutcome? {
    try alone { opened in
      let target = try opened.select(request.selector)
      // The recorded .env, if the project's own is gone, is needed whatever is restored.
      let contents = try opened.unpack([target]) { $0.isKeptFiles }
      defer { withExtendedLifetime(contents) {} }
      let scope = try scope(RecordedFiles(of: target, opened))
      var wanted = GoBackRequest(.checkpoint(target))
      wanted.takesAddresses = request.takesAddresses
      return try GoingBack(opened, wanted).carryOut(
        RollbackRequest(
          operation: .restore, target: target, scope: scope, keepUntracked: request.keepsUntracked), decide)
    }
  }
}

extension OpenProject {
  /// Makes room for what was replaced by earlier rollbacks, in the background if that is allowed. The operation itself has
  /// succeeded already.
  func settle(_ sources: [any DataSource]) {
    if !sources.isEmpty && session.startWorker(store) { return }
    do {
      try clones(sources).forgetGone()
      for name in try RetainedDatabases(store, sources: sources).settle(progress: session.progress) {
        session.listener.hear(.secured(database: name))
      }
    } catch {
      session.listener.hear(.notSecured(error))
    }
  }
}

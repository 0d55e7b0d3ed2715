// Taking a checkpoint: under the shared lock, with the project's data sources, and a line in the log.

import Checkpoints
import FileSystem

extension ProjectSession {
  /// Takes a checkpoint of the project as it is now.
  /// - Parameters:
  ///   - operation: what the log calls it.
  ///   - patience: seconds to wait for an operation that has the store alone.
  ///   - prepare: called once the lock is held and the sources are known; it may still change what is asked for.
  /// - Throws: `SourceProblem.nothingToRecord` for a checkpoint of databases in a project without one.
  package func take(
    _ request: CaptureRequest, operation: LoggedOperation = LoggedOperation(.checkpoint),
    patience: Double? = nil,
    prepare: (inout CaptureRequest, _ sourceCount: Int) throws -> Void = { _, _ in }
  ) throws -> CreatedCheckpoint {
    var hasBegun = false
    do {
      return try writing(makesStore: true, patience: patience) { opened in
        var request = request
        request.leavesDatabasesOut = choice.leavesOut
        let sources = try opened.recordedSources()
        if request.kind == .database && sources.isEmpty { throw SourceProblem.nothingToRecord }
        try prepare(&request, sources.count)
        request.processState = try processStateCommand(sources)
        hasBegun = true
        let created = try opened.logged(operation, of: request.kind) {
          let created = try opened.creator(sources).create(request)
          return (created, .taken(created))
        }
        let hasWork = request.kind == .stage && !sources.isEmpty
        // The checkpoint is there; what is wrong with pruning is no failure of it.
        if hasWork || (try? opened.isPruneDue()) == true { startWorker(opened.store) }
        return created
      }
    } catch {
      // That it could not begin is a failure as well, for whoever watches.
      if !hasBegun, !(error is Interrupted), let store = try? project.openStore() {
        OpenProject(self, store).log(operation, of: request.kind, failure: error)
      }
      throw error
    }
  }
}

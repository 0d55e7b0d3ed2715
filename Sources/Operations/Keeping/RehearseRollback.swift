// A rollback tried beside everything that is live, and the report on it.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc

extension ProjectSession {
  /// - Parameters:
  ///   - hear: what the user should know of the checkpoint that was chosen.
  ///   - decide: asked before a database that others may have written is restored.
  ///   - documents: the report's forms, by the suffixes of their files.
  /// - Returns: the report, and the files that it was written to.
  package func rehearse(
    _ wanted: RehearseRequest, hear: ([TargetRemark]) -> Void, decide: (UnvouchedFile) throws -> Void,
    documents: (RehearsalReport) throws -> [(suffix: String, text: String)]
  ) throws -> (report: RehearsalReport, files: [BytePath]) {
    try reading { opened in
      let chosen = try ChosenTarget(wanted.selector.map { .selected($0) } ?? .usual, in: opened)
      guard case .checkpoint(let target) = chosen.place else { throw GoBackProblem.nothingToRehearse }
      hear(chosen.remarks)
      if !choice.leavesOut, let file = target.unvouched { try decide(file) }
      let contents = try opened.unpackChosen(target)
      defer { withExtendedLifetime(contents) {} }
      let request = try rehearsal(of: target, wanted)
      let place = try ReportPlace(wanted.directory, for: target, opened)
      let rehearsal = Rehearsal(
        request, project, opened.store, sources: try opened.sources(for: target), clock: clock,
        progress: progress, watcher: watcher)
      let report = try opened.logged(LoggedOperation(.rehearse)) { (try rehearsal.run(), .about(target.id)) }
      return (report, try place.write(documents(report), at: report.startedAt, opened.store))
    }
  }

  private func rehearsal(of target: Manifest, _ wanted: RehearseRequest) throws -> RehearsalRequest {
    var request = RehearsalRequest(target)
    request.objective = try project.settings[.rto]
    request.leavesDatabasesOut = choice.leavesOut
    request.leavesServicesOut = wanted.leavesServicesOut
    if !request.leavesServicesOut {
      request.commands = try trustedCommands(of: [.build, .smoke])
      request.othersConfigured = try project.settings.services().map(\.step).filter {
        $0 == .stop || $0 == .start
      }
    }
    request.toolVersion = toolVersion
    (request.host, request.user) = (HostName.current, userName)
    return request
  }
}

/// The user that the operation runs as.
private var userName: String {
  getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
}

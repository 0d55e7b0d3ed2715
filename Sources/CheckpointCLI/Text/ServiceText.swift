// Service commands in plans and results.

import Checkpoints
import Formatting

enum ServiceText {
  /// What a plan says of the commands that will run: those before and those after everything else.
  static func plan(_ services: ServiceProgress?) -> (before: [String], after: [String]) {
    guard let services else { return ([], []) }
    func lines(_ isWanted: (ServiceStep) -> Bool) -> [String] {
      services.commands.filter { isWanted($0.step) }.map {
        "run \($0.step.rawValue): \(Format.visible($0.text)) (at most \($0.limit) s)"
      }
    }
    let after = lines { $0 != .stop }
    let revert = services.revertsOnFailure && !after.isEmpty ? ["go back again if one of these fails"] : []
    return (lines { $0 == .stop }, after + revert)
  }

  static func figure(_ run: ServiceRun) -> String {
    "\(run.command.step.rawValue)\(run.succeeded ? "" : " failed") \(Format.seconds(run.outcome.seconds))"
  }

  /// One run, for --json.
  struct View: Encodable {
    var step: String
    var command: String
    var seconds: Double
    var exitCode: Int32?
    var problem: String?
    /// The end of what it printed, where it failed.
    var output: [String]?

    init(_ run: ServiceRun) {
      (step, command, seconds) = (run.command.step.rawValue, run.command.text, run.outcome.seconds)
      if case .exited(let code) = run.outcome.ending { exitCode = code }
      guard !run.succeeded else { return }
      problem = run.description
      output = ServiceOutput.lastLines(run)
    }
  }
}

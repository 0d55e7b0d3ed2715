// Errors of pruning and of collecting garbage, and what to do about them.

import Checkpoints

extension RetentionPolicy.Empty: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("\(self)", hints: ["to keep everything: git config \(section).keepAll true"], code: .usage)
  }
}

extension Reachability.Unknown: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "nothing is removed as long as it is not known what every checkpoint needs",
      causes: reasons.count > 5 ? reasons.prefix(5) + ["and \(reasons.count - 5) more"] : reasons,
      hints: ["checkpoint verify --all says more; a file that is no checkpoint can be moved out of the store"]
    )
  }
}

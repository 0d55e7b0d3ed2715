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
      "it is not known what every checkpoint needs, so nothing is removed from the store",
      causes: reasons.count > 5 ? reasons.prefix(5) + ["and \(reasons.count - 5) more"] : reasons,
      hints: [
        "checkpoint verify --all says more; a damaged one can be given up: checkpoint delete ID",
        "what a newer version wrote needs that version",
      ])
  }
}

extension GarbageCollection.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("\(self)", hints: ["it will be done in a moment: checkpoint log shows it"], code: .locked)
  }
}

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

extension ArchivingProblem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .damaged:
      Diagnostic(
        "\(self)", hints: ["if there is a copy of the file, put it in that place"], code: .verificationFailed)
    case .missing:
      Diagnostic("\(self)", hints: ["put it back, or give the checkpoint up: checkpoint delete ID"])
    case .rescue: Diagnostic("\(self)", hints: ["checkpoint prune shows when"])
    case .warm(let id):
      Diagnostic("\(self)", hints: ["checkpoint warm drop \(id), if it need not come back at once"])
    case .known(_, let id): Diagnostic("\(self)", hints: ["checkpoint verify \(id) looks again"])
    case .cannotUnpack:
      Diagnostic(
        "\(self)", hints: ["its contents are written into the store first, which needs room and rights there"]
      )
    }
  }
}

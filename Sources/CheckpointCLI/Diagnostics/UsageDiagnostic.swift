// What to do about words that are not understood: names, stages, selectors, settings.

import Checkpoints

extension UsageError: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(description, hints: hints, code: .usage)
  }
}

extension CheckpointName.Invalid: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("\(self)", hints: ["for example: checkpoint custom before-migration"], code: .usage)
  }
}

extension Stage.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .unknownPhase(_, let stage):
      Diagnostic("\(self)", hints: ["for example: checkpoint \(stage)-start"], code: .usage)
    case .ambiguousFolder: Diagnostic("\(self)", hints: ["give the whole name"], code: .usage)
    }
  }
}

extension StageProblem: ExplainedError {
  var diagnostic: Diagnostic {
    let near = candidates.isEmpty ? [] : ["did you mean: \(candidates.joined(separator: ", "))?"]
    return Diagnostic(
      "\(self)", hints: near + ["checkpoint stage list shows them all; checkpoint stage new makes one"])
  }
}

extension SelectorProblem: ExplainedError {
  var diagnostic: Diagnostic {
    var hints = candidates.isEmpty ? [] : ["did you mean: \(candidates.joined(separator: ", "))?"]
    if case .noStable(let newest?) = self { hints.append("the newest: checkpoint rollback \(newest)") }
    if case .none = self {
      hints.append("checkpoint full takes one")
    } else {
      hints.append("checkpoint list shows them all")
    }
    return Diagnostic("\(self)", hints: hints)
  }
}

extension Settings.Invalid: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("\(self)", code: .usage)
  }
}

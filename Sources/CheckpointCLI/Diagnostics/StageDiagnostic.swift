// What to do about a stage that is not found.

import Checkpoints

extension StageProblem {
  var diagnostic: Diagnostic {
    let near = candidates.isEmpty ? [] : ["did you mean: \(candidates.joined(separator: ", "))?"]
    return Diagnostic(
      "\(self)", hints: near + ["checkpoint stage list shows them all; checkpoint stage new makes one"])
  }
}

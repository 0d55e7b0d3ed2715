// What to do if hooks cannot be installed.

import Checkpoints

extension HookDirectory.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .twoEarlier(let hook, let earlier):
      Diagnostic(
        "\(self)", hints: ["compare them: diff \(hook) \(earlier); then remove the one that is not wanted"])
    case .noDirectory:
      Diagnostic("\(self)", hints: ["git config --show-origin core.hooksPath shows where it is set"])
    case .edited(let path):
      Diagnostic(
        "\(self)",
        hints: ["take your own lines out of it, into a hook of your own; then rm \(path) and install again"])
    case .notAFile: Diagnostic("\(self)", hints: ["move it away"])
    }
  }
}

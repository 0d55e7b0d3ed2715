// What to do when hooks cannot be installed.

import Checkpoints

extension Diagnostic {
  static func hooks(_ error: HookDirectory.Problem) -> Diagnostic {
    switch error {
    case .twoEarlier(let hook, let earlier):
      Diagnostic(
        "\(error)", hints: ["compare them: diff \(hook) \(earlier); then remove the one that is not wanted"])
    case .noDirectory:
      Diagnostic("\(error)", hints: ["git config --show-origin core.hooksPath tells who says so"])
    case .edited(let path):
      Diagnostic(
        "\(error)",
        hints: ["take your own lines out of it, into a hook of your own; then rm \(path) and install again"])
    case .notAFile: Diagnostic("\(error)", hints: ["move it away"])
    }
  }
}

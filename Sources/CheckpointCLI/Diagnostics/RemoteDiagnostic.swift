// Errors about remotes, and what to do about them.

import Checkpoints
import Remotes

extension RemoteProblem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .missing:
      Diagnostic(
        "\(self)",
        hints: [
          "if it is on a disk or a share, mount that",
          "to make a new one: checkpoint remote add NAME DIRECTORY",
        ])
    case .gone: Diagnostic("\(self)", hints: ["mount it again; what was sent counts the next time"])
    case .notDirectory: Diagnostic("\(self)", hints: ["name a directory, which may be missing"])
    case .unreadable: Diagnostic("\(self)", hints: ["look at its permissions, and at the disk"])
    case .empty: Diagnostic("\(self)", hints: ["checkpoint push, where the checkpoints are"])
    case .noCheckpoint(_, let near):
      Diagnostic(
        "\(self)",
        hints: near.map { "did you mean: \($0)" } + ["checkpoint list --remote NAME shows them all"])
    case .several(_, let names): Diagnostic("\(self)", hints: names.map { "one of them: \($0)" })
    case .pushing:
      Diagnostic("\(self)", hints: ["it will be done in a moment: checkpoint log shows it"], code: .locked)
    case .unstable: Diagnostic("\(self)", hints: ["another program removes files there; look at its disk"])
    case .setElsewhere(let name):
      Diagnostic(
        "\(self)",
        hints: ["git config --show-origin --get \(SettingKey.remoteURL.setting.inGit(name)) says where"])
    case .occupied: Diagnostic("\(self)", hints: ["choose a directory of its own, which may be missing"])
    case .notEmpty:
      Diagnostic(
        "\(self)",
        hints: [
          "choose one that is missing; in a clone of the project: checkpoint remote add, checkpoint pull"
        ])
    case .partial:
      Diagnostic("\(self)", hints: ["a clone of its own without --filter has everything, and can push"])
    case .shallow: Diagnostic("\(self)", hints: ["git fetch --unshallow"])
    case .inside: Diagnostic("\(self)", hints: ["choose a directory on another disk"])
    case .damaged, .incomplete:
      Diagnostic(
        "\(self)",
        hints: [
          "checkpoint verify --remote NAME says what is whole there",
          "checkpoint push --verify sends again what is still in a store",
        ], code: .verificationFailed)
    case .clash:
      Diagnostic(
        "\(self)", hints: ["the one that is here stays; another clone of the project can pull the other"])
    case .unsupported: Diagnostic("\(self)", hints: ["name an absolute path"], code: .usage)
    case .badName, .rescue: Diagnostic("\(self)", code: .usage)
    case .exists(let name): Diagnostic("\(self)", hints: ["to forget it: checkpoint remote remove \(name)"])
    case .unknown(_, let known):
      Diagnostic(
        "\(self)",
        hints: [
          known.isEmpty
            ? "checkpoint remote add NAME DIRECTORY" : "there is: \(known.joined(separator: ", "))"
        ], code: .usage)
    case .severalRemotes(let names):
      Diagnostic("\(self)", hints: names.map { "--remote \($0)" }, code: .usage)
    case .none: Diagnostic("\(self)", hints: ["checkpoint remote add NAME DIRECTORY"], code: .usage)
    case .newerFormat: Diagnostic("\(self)", hints: ["install the newer version of checkpoint"])
    }
  }
}

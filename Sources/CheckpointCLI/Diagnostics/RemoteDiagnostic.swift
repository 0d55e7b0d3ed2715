// Errors about remotes, and what to do about them.

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
    case .occupied: Diagnostic("\(self)", hints: ["choose a directory of its own, which may be missing"])
    case .inside: Diagnostic("\(self)", hints: ["choose a directory on another disk"])
    case .damaged, .incomplete:
      Diagnostic(
        "\(self)",
        hints: [
          "checkpoint verify --remote NAME says what is whole there",
          "checkpoint push --verify sends again what is still in a store",
        ], code: .verificationFailed)
    case .clash(let id):
      Diagnostic("\(self)", hints: ["it is the older name's: checkpoint delete \(id), then pull again"])
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

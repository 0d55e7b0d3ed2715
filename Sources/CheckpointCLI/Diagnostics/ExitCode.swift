// Exit codes, stable across versions.

enum ExitCode: Int32, Sendable {
  case done = 0
  case failed = 1
  case usage = 2
  case partly = 3
  case noRepository = 10
  case locked = 11
  case verificationFailed = 12
  case interrupted = 130
  case bug = 255

  var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed; nothing was changed, or it was put back"
    case .usage: "wrong usage, or a confirmation is needed"
    case .partly: "done in part; what is missing was named"
    case .noRepository: "no repository, or no store"
    case .locked: "another checkpoint command is at work"
    case .verificationFailed: "verification found damage"
    case .interrupted: "interrupted"
    case .bug: "a bug in checkpoint"
    }
  }
}

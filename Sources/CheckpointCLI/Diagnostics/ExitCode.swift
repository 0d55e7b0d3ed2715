// Exit codes, stable across versions.

struct ExitCode: RawRepresentable, Hashable, Sendable {
  let rawValue: Int32

  static let done = ExitCode(rawValue: 0)
  static let failed = ExitCode(rawValue: 1)
  static let usage = ExitCode(rawValue: 2)
  static let partly = ExitCode(rawValue: 3)
  static let noRepository = ExitCode(rawValue: 10)
  static let locked = ExitCode(rawValue: 11)
  static let verificationFailed = ExitCode(rawValue: 12)
  static let notFound = ExitCode(rawValue: 127)
  static let interrupted = ExitCode(rawValue: 130)
  static let bug = ExitCode(rawValue: 255)

  var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed; nothing was changed, or it was put back"
    case .usage: "wrong usage, or a confirmation is needed"
    case .partly: "done in part; what is missing was named"
    case .noRepository: "no repository, or no store"
    case .locked: "another checkpoint command is at work"
    case .verificationFailed: "verification found damage, or a rehearsal failed"
    case .notFound: "the command does not exist"
    case .interrupted: "interrupted"
    case .bug: "a bug in checkpoint"
    default: "the command's own"
    }
  }
}

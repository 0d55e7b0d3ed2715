// Databases that a restore made for a while, and that are still there.

import Checkpoints

enum LeftoverText {
  static func line(_ leftover: Leftover) -> String {
    let words =
      switch leftover.fate {
      case .goesNext: "the next restore drops it"
      case .stays(let reason): "it cannot be dropped (\(reason))"
      case .mayBeNeeded: "only “rollback --continue” in another clone could need it; otherwise DROP DATABASE"
      }
    return "\(leftover.name) is left over from a restore: \(words)"
  }
}

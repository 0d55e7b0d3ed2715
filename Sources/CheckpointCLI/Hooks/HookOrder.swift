// What a hook hands to the process that does its work.

import Checkpoints
import FoundationEssentials

/// What a hook hands to the process that does its work.
struct HookOrder: Codable {
  var hook: GitHook
  /// As git gave them.
  var arguments: [String]
  /// pre-push: what git said on standard input.
  var input: Data
  /// By the clock that never steps back, which all processes share.
  var startedAt: Double
}

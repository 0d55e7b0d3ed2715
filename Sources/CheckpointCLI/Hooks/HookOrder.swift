// What a hook hands to the process that does its work.

import Checkpoints
import FoundationEssentials

struct HookOrder: Codable {
  var hook: GitHook
  /// As git gave them.
  var arguments: [String]
  /// For pre-push: the refs, as git wrote them to standard input.
  var input: Data
  /// By the monotonic clock, which all processes share.
  var startedAt: Double
}

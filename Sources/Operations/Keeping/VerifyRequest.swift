// Which checkpoints are verified, and how thoroughly.

import Checkpoints

package struct VerifyRequest: Sendable {
  package enum Which: Sendable {
    case one(String)
    case all
    /// So many of those that were looked at longest ago, or never.
    case sample(Int)
  }

  package var which: Which
  /// Whether databases are restored and compared.
  package var proves = false
  /// Reads only a part of the stored data.
  package var subset: DataSubset?
  /// Whether checkpoints that were imported from files of others are restored without a question.
  package var trustsImports = false

  package init(_ which: Which) { self.which = which }

  var isOfOne: Bool { if case .one = which { true } else { false } }
}

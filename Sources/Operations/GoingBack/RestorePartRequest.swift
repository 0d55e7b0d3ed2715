// Of which checkpoint a part comes back, and how.

package struct RestorePartRequest: Sendable {
  package var selector: String
  /// Leaves untracked files that came later.
  package var keepsUntracked = false
  /// Also writes files that lead to another database, although another clone recorded them.
  package var takesAddresses = false

  package init(_ selector: String) { self.selector = selector }
}

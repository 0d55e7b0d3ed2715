// How many lines a change adds and removes.

package struct LineCounts: Sendable, Hashable {
  package var added: Int
  package var removed: Int

  package init(added: Int, removed: Int) {
    self.added = added
    self.removed = removed
  }
}

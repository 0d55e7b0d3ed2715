// A place in the chunk list of a source.

/// The lines of a source's list that belong to one stream.
package struct ListLines: Codable, Hashable, Sendable {
  /// Counted from 1, as for `tail -n +FIRST | head -n COUNT`.
  package var first: Int
  package var count: Int

  package init(first: Int, count: Int) {
    self.first = first
    self.count = count
  }
}

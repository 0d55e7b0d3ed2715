// A place in the chunk list of a source.

/// Which lines of a source's list belong to a stream.
package struct ListLines: Codable, Hashable, Sendable {
  /// Counted from 1, as `tail -n +FIRST | head -n COUNT` takes them.
  package var first: Int
  package var count: Int

  package init(first: Int, count: Int) { (self.first, self.count) = (first, count) }
}

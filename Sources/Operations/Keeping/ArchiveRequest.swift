// What is archived, and how.

package struct ArchiveRequest: Sendable {
  package enum Which: Sendable {
    case selected([String])
    /// Seconds.
    case olderThan(Int)
  }

  package var which: Which
  /// Frees the space at once, for which no other operation may be at work.
  package var atOnce = false

  package init(_ which: Which) { self.which = which }

  /// Then those that cannot be archived do not keep the others from it.
  var isOfMany: Bool { if case .olderThan = which { true } else { false } }
}

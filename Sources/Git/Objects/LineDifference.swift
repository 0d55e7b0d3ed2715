// The lines in which two versions of a file differ, or why they are not counted.

package enum LineDifference: Sendable {
  package enum Reason: String, Codable, Sendable {
    case binary, large, link, submodule
    /// The contents are not in the repository, which is a partial clone.
    case missing
  }

  case counted(LineCounts)
  case uncounted(Reason)
}

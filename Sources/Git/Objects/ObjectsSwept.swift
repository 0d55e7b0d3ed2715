// The error when git has removed objects that were just written.

package struct ObjectsSwept: Error, Sendable, CustomStringConvertible {
  /// Git's message; may be empty.
  package var reason: String

  package var description: String {
    let text = "a garbage collection of git removed objects of the checkpoint while they were being written"
    return reason.isEmpty ? text : "\(text): \(reason)"
  }
}

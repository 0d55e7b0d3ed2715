// The error when git has removed objects that were just written.

package struct ObjectsSwept: Error, Sendable, CustomStringConvertible {
  /// What git says.
  package var reason: String

  package var description: String {
    let text = "a garbage collection of git that ran meanwhile has removed objects of the checkpoint"
    return reason.isEmpty ? text : "\(text): \(reason)"
  }
}

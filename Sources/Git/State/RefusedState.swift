// The error of a recorded state that no capture can have written.

import FileSystem

/// A recorded state with contents that this program cannot have recorded.
package struct RefusedState: Error, Sendable, CustomStringConvertible {
  package var tree: ObjectID
  package var reason: String

  package var description: String {
    "the recorded state \(tree.short) is damaged, or another program wrote it: \(reason)"
  }
}

// A file of a checkpoint that would lead the project to another source than the present one.

import FileSystem

package struct AddressChange: Hashable, Sendable {
  package var path: BytePath
  /// The variable with the address; nil if it is not a variable's.
  package var variable: String?
  /// “shop on localhost”, never with a password.
  package var present: String
  package var recorded: String

  package var description: String {
    "\(variable.map { "\($0) " } ?? "")leads to \(recorded) there, and to \(present) now"
  }
}

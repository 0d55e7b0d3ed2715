// Which rollback is rehearsed, and how.

import FileSystem

package struct RehearseRequest: Sendable {
  /// A selector; nil for what a rollback would go back to.
  package var selector: String?
  /// Where the report goes; nil for the stage's folder if there is one, else the store.
  package var directory: BytePath?
  /// Runs neither build nor smoke.
  package var leavesServicesOut = false

  package init(_ selector: String?) { self.selector = selector }
}

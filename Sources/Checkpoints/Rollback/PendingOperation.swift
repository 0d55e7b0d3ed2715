// An operation was interrupted, and has to be finished or taken back before anything else is changed.

package struct PendingOperation: Error, Sendable, CustomStringConvertible {
  package var journal: Journal
  package var description: String { journal.summary }
}

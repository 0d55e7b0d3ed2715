// There is a journal, and it cannot be relied on: the operation can neither go on nor be taken back.

import FileSystem

package struct UnreadableJournal: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var reason: String
  package var description: String { "the journal of an interrupted operation cannot be read: \(reason)" }
}

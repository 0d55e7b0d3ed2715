// What a restoration does with one kept file.

import FileSystem

package struct KeptFileStep: Codable, Sendable {
  package enum Action: String, Codable, Sendable {
    case write, remove, unchanged
    /// The file stays, because the recorded one would lead to another database.
    case leave
  }

  package var path: BytePath
  package var action: Action

  package init(_ path: BytePath, _ action: Action) { (self.path, self.action) = (path, action) }
}

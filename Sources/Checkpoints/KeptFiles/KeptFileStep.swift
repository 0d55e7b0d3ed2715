// What a restoration does to one of the files that are kept beside git.

import FileSystem

package struct KeptFileStep: Codable, Sendable {
  package enum Action: String, Codable, Sendable {
    case write, remove, unchanged
    /// It would lead to another database.
    case leave
  }

  package var path: BytePath
  package var action: Action

  package init(_ path: BytePath, _ action: Action) { (self.path, self.action) = (path, action) }
}

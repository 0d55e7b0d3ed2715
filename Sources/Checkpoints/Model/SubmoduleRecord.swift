// What a manifest says of a submodule.

import FileSystem
import Git

/// What a manifest tells of a submodule's working copy.
package struct SubmoduleRecord: Codable, Sendable {
  package var path: BytePath
  package var head: ObjectID?
  package var branch: String?
  package var stateTree: ObjectID
  package var dirtyCount: Int
}

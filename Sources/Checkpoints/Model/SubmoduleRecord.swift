// The state of a submodule's working copy in a manifest. Its objects are in the submodule's own repository.

import FileSystem
import Git

package struct SubmoduleRecord: Codable, Sendable {
  package var path: BytePath
  package var head: ObjectID?
  package var branch: String?
  package var stateTree: ObjectID
  package var dirtyCount: Int
}

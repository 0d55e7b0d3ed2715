// A pack that came from another repository, until refs lead to its objects.

import FileSystem

/// A pack that git does not remove yet.
package final class TakenPack {
  private let file: BytePath?

  init(file: BytePath?) { self.file = file }

  package func release() throws { if let file { try FileTree.remove(file) } }
}

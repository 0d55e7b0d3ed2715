// What a restoration does to one of the files that are kept beside git.

import Codecs
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

/// Which clone of a project took a checkpoint: a mark of where its store is.
package enum CloneMark {
  package static func mark(ofStoreAt root: BytePath) -> String {
    let place = (try? FileTree.canonical(root)) ?? root
    return String(SHA256.digest(place.bytes).hexadecimal.prefix(16))
  }
}

extension Manifest {
  /// Whether another clone's files are in it: an imported project's, or those of a store that was copied here.
  package func isForeign(toStoreAt root: BytePath) -> Bool {
    isImported == true || clone.map { $0 != CloneMark.mark(ofStoreAt: root) } ?? false
  }
}

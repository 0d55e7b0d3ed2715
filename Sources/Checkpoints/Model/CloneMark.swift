// Which clone of a project took a checkpoint, and whose files are in it.

import Codecs
import FileSystem

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

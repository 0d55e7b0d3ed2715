// Identifies the clone of a project that took a checkpoint, by the path of its store.

import Codecs
import FileSystem

package enum CloneMark {
  package static func mark(ofStoreAt root: BytePath) -> String {
    let place = (try? FileTree.canonical(root)) ?? root
    return String(SHA256.digest(place.bytes).hexadecimal.prefix(16))
  }
}

extension Manifest {
  /// Whether its files are another clone's: it was imported, or came with a store that was copied here.
  package func isForeign(toStoreAt root: BytePath) -> Bool {
    isImported == true || clone.map { $0 != CloneMark.mark(ofStoreAt: root) } ?? false
  }
}

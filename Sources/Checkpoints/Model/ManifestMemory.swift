// The manifests that an operation has read. It may need all of them several times.

import FileSystem
import Synchronization

package final class ManifestMemory: Sendable {
  private let known = Mutex<[CheckpointID: (file: FileStatus, manifest: Manifest)]>([:])

  package init() {}

  /// A manifest never changes, but its id can be given again: then it has another file.
  /// - Parameter file: as it was before it is read now.
  func manifest(_ id: CheckpointID, in file: FileStatus, read: () throws -> Manifest) throws -> Manifest {
    if let entry = known.withLock({ $0[id] }), entry.file == file { return entry.manifest }
    let manifest = try read()
    known.withLock { $0[id] = (file, manifest) }
    return manifest
  }
}

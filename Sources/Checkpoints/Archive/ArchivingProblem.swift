// Why contents cannot be put into an archive, or not be taken out of it.

import FileSystem

package enum ArchivingProblem: Error, Sendable, CustomStringConvertible {
  case damaged(BytePath, String)
  case missing(CheckpointID, BytePath)
  /// It has contents of a rescue, which `undo` needs and which goes by itself.
  case rescue(CheckpointID)
  /// It has warm clones, so that it comes back in an instant.
  case warm(CheckpointID)
  case known(damage: [String], CheckpointID)
  /// The store cannot be written to.
  case cannotUnpack(CheckpointID, String)

  package var description: String {
    switch self {
    case .damaged(let path, let reason): "the archive \(path) is damaged: \(reason)"
    case .missing(let id, let path):
      "the contents of \(id) are in an archive, and \(path) is not there or has another size"
    case .rescue(let id): "\(id) is not archived: it is what undo needs, and goes by itself"
    case .warm(let id): "\(id) is not archived: it has a warm clone"
    case .known(let damage, let id): "\(id) is not archived: it is damaged (\(damage.first ?? "see verify"))"
    case .cannotUnpack(let id, let reason):
      "the contents of \(id) cannot be taken out of its archive: \(reason)"
    }
  }
}

// What the log keeps of an operation that has ended well.

import Checkpoints

struct LogNote {
  var checkpoint: CheckpointID?
  /// New in the store.
  var bytesStored: Int?
  /// Nothing was to be done.
  var isUnchanged = false

  static func about(_ checkpoint: CheckpointID?) -> LogNote { LogNote(checkpoint: checkpoint) }

  static func taken(_ created: CreatedCheckpoint) -> LogNote {
    let manifest = created.manifest
    return LogNote(
      checkpoint: manifest.id, bytesStored: created.isEarlier ? nil : manifest.sizes.bytesStored,
      isUnchanged: created.isEarlier)
  }
}

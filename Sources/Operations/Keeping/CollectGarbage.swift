// Freeing the space of contents that no checkpoint needs any more.

import Checkpoints

extension ProjectSession {
  /// - Parameter atOnce: removes it now, if no other operation is at work. Otherwise it stays in the trash for a day, and other
  ///   operations go on.
  package func collectGarbage(atOnce: Bool) throws -> GarbageCollection.Result {
    if atOnce { return try alone { try $0.collectGarbage(atOnce: true) } }
    return try writing { try $0.collectGarbage(atOnce: false) }
  }
}

extension OpenProject {
  /// - Parameter atOnce: removes it now; the caller holds the store's lock exclusively.
  func collectGarbage(atOnce: Bool) throws -> GarbageCollection.Result {
    let collection = GarbageCollection(store, clock: session.clock, progress: session.progress)
    return try logged(LoggedOperation(.gc)) {
      let result = try atOnce ? collection.runAlone() : collection.run()
      let isUnchanged = result.removed.bytes + result.discarded.bytes + result.takenBack == 0
      return (result, LogNote(isUnchanged: isUnchanged))
    }
  }
}

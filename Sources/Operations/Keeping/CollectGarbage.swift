// Freeing the space of contents that no checkpoint needs any more.

import Checkpoints

extension ProjectSession {
  /// - Parameter atOnce: removes it now, for which no other operation may be at work. Otherwise it lies in the trash for a day
  ///   first, and others go on.
  package func collectGarbage(atOnce: Bool) throws -> GarbageCollection.Result {
    if atOnce { return try alone { try $0.collectGarbage(atOnce: true) } }
    return try writing { try $0.collectGarbage(atOnce: false) }
  }
}

extension OpenProject {
  /// - Parameter atOnce: the caller has the store alone.
  func collectGarbage(atOnce: Bool) throws -> GarbageCollection.Result {
    let collection = GarbageCollection(store, clock: session.clock, progress: session.progress)
    return try logged(LoggedOperation(.gc)) {
      let result = try atOnce ? collection.runAlone() : collection.run()
      let isUnchanged = result.removed.chunks + result.discarded.chunks + result.takenBack == 0
      return (result, LogNote(isUnchanged: isUnchanged))
    }
  }
}

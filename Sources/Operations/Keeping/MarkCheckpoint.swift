// What the user thinks of a checkpoint.

import Checkpoints

extension ProjectSession {
  package func mark(_ selector: String, _ mark: Mark) throws -> CheckpointID {
    try writing { opened in
      let id = try opened.select(selector).id
      try opened.logged(.mark(mark)) {
        try opened.catalog.updateNotes(id) { notes in
          notes.isMarkedStable = mark != .unstable
          notes.isCritical = mark == .critical ? true : nil
        }
        return ((), .about(id))
      }
      // Another one may be due a warm clone now; a mark needs no database.
      if (try? find(for: .recording))?.isEmpty == false { startWorker(opened.store) }
      return id
    }
  }
}

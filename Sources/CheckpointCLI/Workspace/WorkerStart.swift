// Starting the background worker.

import Checkpoints
import ChunkStore
import FileSystem
import FoundationEssentials

/// What a command hands to the worker that it starts. It goes through a pipe, because a URL can hold a password and
/// everybody can see a process's arguments.
struct WorkerOrder: Codable {
  var database: String?
  var clientPrefix: String?
}

extension Workspace {
  private var worksInBackground: Bool {
    get throws { try project.settings[.background] }
  }

  /// Starts the worker, if there is a database and nobody switched it off. It never makes the command fail.
  /// - Returns: false where nothing will be done in the background.
  @discardableResult
  func startWorker(_ store: Store, _ sources: [any DataSource]) -> Bool {
    do {
      guard try worksInBackground, !sources.isEmpty else { return false }
    } catch {
      console.warning("\(error)")
      return false
    }
    let order = WorkerOrder(
      database: invocation.value("--database"), clientPrefix: invocation.value("--client-prefix"))
    do {
      try DetachedProgram.start(
        ["checkpoint", "worker"], program: DetachedProgram.ownProgram,
        input: Array(JSONEncoder().encode(order)), log: store.log.appending("worker.log"),
        directory: worktree)
      return true
    } catch {
      console.warning("the background worker could not be started: \(error)")
      return false
    }
  }
}

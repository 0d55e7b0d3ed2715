// Starting the background worker: this program again, in a process of its own.

import Checkpoints
import ChunkStore
import FileSystem
import FoundationEssentials
import Operations

struct WorkerProgram: BackgroundStarter {
  /// What the user said of the data sources goes through a pipe, because a URL can hold a password and everybody can see a
  /// process's arguments.
  func start(_ choice: SourceChoice, for project: Project, _ store: Store) throws {
    try DetachedProgram.start(
      ["checkpoint", "worker"], program: DetachedProgram.ownProgram,
      input: Array(JSONEncoder().encode(choice)), log: store.log.appending("worker.log"),
      directory: project.location.worktree,
      environment: project.environment)
  }
}

// How an operation has the background worker started. Which program that is, is not for operations to know.

import Checkpoints
import ChunkStore

package protocol BackgroundStarter: Sendable {
  /// Starts a process that calls `ProjectSession.work` for the same project, and does not wait for it.
  func start(_ choice: SourceChoice, for project: Project, _ store: Store) throws
}

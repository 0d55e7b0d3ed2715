// What the user should know while an operation is under way.

import Checkpoints
import FileSystem

package enum SessionEvent {
  /// About the address of a source.
  case sourceNote(String)
  /// Another process is at work on the store.
  case waiting(for: Holder)
  /// What went wrong while no command was running, and how many seconds ago.
  case failedInBackground(WorkerLock.Failure, secondsAgo: Int)
  /// A database that a restore for a trial could not remove.
  case leftover(Leftover)
  /// The committed settings have a command for the state of processes, and the user has not agreed to it.
  case untrustedStateCommand(String)
  case workerNotStarted(any Error)
  /// A part of the background's work failed; the rest goes on.
  case jobFailed(any Error)
  /// A database of an earlier rollback was copied into the store and dropped.
  case secured(database: String)
  case notSecured(any Error)
  /// Warm clones of a deleted checkpoint are still on the server.
  case clonesStay([String], any Error)
  /// The databases of an interrupted operation stay as they are now.
  case databasesStay
  /// What an imported file leaves out or changes.
  case importNote(String)

  package enum Holder {
    case worker(job: String)
    case hook(job: String)
    /// An operation that goes back, or one that was interrupted.
    case operation(OperationKind, CheckpointID)
    case unknown
  }
}

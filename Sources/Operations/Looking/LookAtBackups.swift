// How well the project is backed up, for monitoring.

import Checkpoints
import ChunkStore

extension ProjectSession {
  /// It waits for no lock: of what another process is changing now, it reads the old state or the new one. A project without a store
  /// has no checkpoint.
  package func backupStanding() throws -> BackupStanding {
    guard Store.exists(at: project.storePath) else { return BackupStanding(now: clock.now()) }
    return try looking { try BackupSurvey($0.store, at: clock.now()).standing() }
  }
}

// What was installed for a store, and by what: `checkpoint schedule` and `checkpoint doctor` compare it with what is there.

import Checkpoints
import ChunkStore
import FileSystem

package struct ScheduleNote: Codable, Sendable {
  package enum Keeper: String, Codable, Sendable, CaseIterable {
    case cron
    /// The user's own systemd.
    case systemd
    /// The system's.
    case system
  }

  package struct Entry: Codable, Sendable {
    package let job: ScheduledJob
    /// The five fields of a crontab.
    package let time: String
    /// Seconds.
    package let jitter: Int?
  }

  package let keeper: Keeper
  package let installedAt: Timestamp
  package let worktree: BytePath
  package let entries: [Entry]

  package init(_ plan: SchedulePlan, _ keeper: Keeper, at time: Timestamp) {
    (self.keeper, installedAt, worktree) = (keeper, time, plan.worktree)
    entries = plan.entries.map { Entry(job: $0.job, time: "\($0.time)", jitter: $0.jitter) }
  }

  private static func path(in store: Store) -> BytePath { store.root.appending("schedule.json") }

  /// nil if nothing is installed.
  package static func read(in store: Store) throws -> ScheduleNote? {
    try FileTree.readIfThere(path(in: store)).map { try JSON.decode(ScheduleNote.self, from: $0) }
  }

  package func write(in store: Store) throws {
    try store.files.replaceFile(Self.path(in: store), with: JSON.encode(self))
  }

  package static func remove(in store: Store) throws { try FileTree.remove(path(in: store)) }
}

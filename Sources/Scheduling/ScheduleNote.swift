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
    /// Another scheduler, which calls the script.
    case script
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
  /// As the lines have it: the project may have been moved since.
  package let store: BytePath
  package let program: BytePath
  package let label: String
  package let catchesUp: Bool
  package let entries: [Entry]

  package init(_ plan: SchedulePlan, _ keeper: Keeper, at time: Timestamp) {
    (self.keeper, installedAt, worktree) = (keeper, time, plan.worktree)
    (store, program, label, catchesUp) = (plan.store, plan.program, plan.label, plan.catchesUp)
    entries = plan.entries.map { Entry(job: $0.job, time: "\($0.time)", jitter: $0.jitter) }
  }

  package static func path(in store: Store) -> BytePath { store.root.appending("schedule.json") }

  /// nil if nothing is installed, or the note cannot be read: installing writes it anew.
  package static func read(in store: Store) -> ScheduleNote? {
    guard let bytes = FileTree.readIfRegular(path(in: store)) else { return nil }
    return try? JSON.decode(ScheduleNote.self, from: bytes)
  }

  package func write(in store: Store) throws {
    try store.files.replaceFile(Self.path(in: store), with: JSON.encode(self))
  }
}

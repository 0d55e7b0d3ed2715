// Which jobs the clock begins for a project, and by what.

import Checkpoints
import Codecs
import FileSystem

package struct SchedulePlan: Sendable {
  package struct Entry: Sendable {
    package let job: ScheduledJob
    package let time: ScheduleTime
    /// Seconds.
    package let jitter: Int?
  }

  package let worktree: BytePath
  package let store: BytePath
  /// What the clock's line calls.
  package let program: BytePath
  package let entries: [Entry]
  /// Whether what a machine slept through is made up for.
  package let catchesUp: Bool

  /// - Throws: `Settings.Invalid`, or `ScheduleProblem` for a path that a crontab cannot hold.
  package init(_ project: Project, store: BytePath, program: BytePath, catchesUp: Bool) throws {
    let settings = project.settings
    (worktree, self.store, self.program) = (project.location.worktree, store, program)
    self.catchesUp = catchesUp
    entries = try ScheduledJob.allCases.compactMap { job in
      try settings.time(of: job).map {
        Entry(job: job, time: $0, jitter: try settings[.scheduleJitter, job.rawValue])
      }
    }
    // Cron changes backslashes, and systemd's files are UTF-8.
    for path in [worktree, store, program]
    where path.exactText == nil || path.bytes.contains(where: { $0 < 0x20 || $0 == 0x5C || $0 == 0x7F }) {
      throw ScheduleProblem.unwritable(path)
    }
    for entry in entries where entry.jitter ?? 0 > Self.longestJitter {
      throw ScheduleProblem.longJitter(entry.job)
    }
  }

  /// Seconds.
  private static let longestJitter = 86_400

  /// The script that every clock calls.
  package var script: BytePath { store.appending("schedule.sh") }

  /// Distinguishes the units of this store from those of others: `shop-1a2b3c4d` for `shop/.git/checkpoints`.
  package var label: String {
    let isUsual = store.parent?.lastComponent == ".git"
    let name = ((isUsual ? store.parent?.parent : store)?.lastComponent ?? "").bytes.map {
      byte -> Character in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: Character(UnicodeScalar(byte))
      default: "-"
      }
    }
    let digest = store.bytes.withUnsafeBytes { ContentHash.of($0) }
    let hexadecimal = String(repeating: "0", count: 8) + String(digest & 0xFFFF_FFFF, radix: 16)
    return "\(String(name.prefix(20)))-\(hexadecimal.suffix(8))"
  }

  /// The words after the script's name.
  func words(_ entry: Entry, waits: Bool) -> [String] {
    [entry.job.rawValue, "--quiet"] + (waits ? entry.jitter.map { ["--jitter", "\($0)s"] } ?? [] : [])
  }
}

// When a scheduled job counts as missed.

import Checkpoints
import FileSystem
import Testing

@testable import Operations

@Suite("Missed runs of a schedule")
struct ScheduleStandingTests {
  private static let hour = 3600
  /// A full hour of every zone with whole hours.
  private static let now = Timestamp(
    millisecondsSinceEpoch: 1_793_448_000_000 - 1_793_448_000_000 % 3_600_000)

  private func ago(_ hours: Double) -> Timestamp {
    Timestamp(millisecondsSinceEpoch: Self.now.millisecondsSinceEpoch - Int(hours * 3_600_000))
  }

  /// Whether a job of every hour is missed.
  private func isMissed(last: Timestamp?, installed: Timestamp, patience: Int = 0) throws -> Bool {
    let time = try #require(ScheduleTime("hourly :30"))
    return ScheduleStanding.missed(
      time, since: last, installedAt: installed, now: Self.now, patience: patience) != nil
  }

  @Test("without a run since it was due, but not what was due before it was installed")
  func due() throws {
    #expect(try isMissed(last: nil, installed: ago(2)))
    #expect(try !isMissed(last: nil, installed: ago(0.25)))
    #expect(try !isMissed(last: ago(0.4), installed: ago(2)))
    #expect(try isMissed(last: ago(1.5), installed: ago(20)))
    // An hour late is not missed yet.
    #expect(try !isMissed(last: ago(1.5), installed: ago(20), patience: Self.hour))
    #expect(try isMissed(last: ago(4), installed: ago(20), patience: Self.hour))
  }

  @Test("a run in the future, of a clock that was wrong, is none")
  func future() throws { #expect(try isMissed(last: ago(-1000), installed: ago(20))) }
}

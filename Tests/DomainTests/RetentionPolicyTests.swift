// Retention policies: a year of checkpoints, and what each rule keeps of them, counted by hand.

import FileSystem
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Retention policies")
struct RetentionPolicyTests {
  private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(beginningOf: text)) }

  private func policy(_ change: (inout RetentionPolicy) -> Void) -> RetentionPolicy {
    var policy = RetentionPolicy()
    change(&policy)
    return policy
  }

  /// What is kept, as dates with hours.
  private func kept(
    _ policy: RetentionPolicy, of times: [Timestamp], now: Timestamp? = nil
  ) -> [String] {
    let newestFirst = times.sorted(by: >)
    return zip(newestFirst, policy.rules(for: newestFirst, now: now ?? newestFirst[0])).compactMap {
      time, rule in
      rule.map { _ in String(time.shown.prefix(13)) }
    }
  }

  /// One each six hours, from 2026-01-01 00:00 to 2026-12-31 18:00.
  private func year() throws -> [Timestamp] {
    let start = try time("2026-01-01")
    return (0..<(365 * 4)).map {
      Timestamp(millisecondsSinceEpoch: start.millisecondsSinceEpoch + $0 * 6 * 3_600_000)
    }
  }

  @Test("the last ones, whatever their times")
  func last() throws {
    let two = try kept(policy { $0.last = 2 }, of: year())
    #expect(two == ["2026-12-31 18", "2026-12-31 12"])
  }

  @Test("those within a time, to the second, reached back from the newest if nothing came since")
  func within() throws {
    let day = try kept(policy { $0.within = 86_400 }, of: year())
    #expect(day == ["2026-12-31 18", "2026-12-31 12", "2026-12-31 06", "2026-12-31 00", "2026-12-30 18"])
    let late = try kept(policy { $0.within = 86_400 }, of: year(), now: time("2031-01-01"))
    #expect(late == day)
    let early = try kept(policy { $0.within = 86_400 }, of: year(), now: time("2026-06-01"))
    // All of 2026-06-01 and later, and the day before.
    #expect(early.count == (365 - 151) * 4 + 4, "with a clock that was set back more stays, not less")
  }

  @Test("the newest of each day, week, month and year")
  func periods() throws {
    let days = try kept(policy { $0.daily = 3 }, of: year())
    #expect(days == ["2026-12-31 18", "2026-12-30 18", "2026-12-29 18"])
    // 2026-12-31 is a Thursday: that week, and the ones that end on Sundays.
    let weeks = try kept(policy { $0.weekly = 4 }, of: year())
    #expect(weeks == ["2026-12-31 18", "2026-12-27 18", "2026-12-20 18", "2026-12-13 18"])
    let months = try kept(policy { $0.monthly = 4 }, of: year())
    #expect(months == ["2026-12-31 18", "2026-11-30 18", "2026-10-31 18", "2026-09-30 18"])
    let years = try kept(policy { $0.yearly = 3 }, of: year() + [time("2025-03-05"), time("2025-03-04")])
    #expect(years == ["2026-12-31 18", "2025-03-05 00"])
    let hours = try kept(
      policy { $0.hourly = 2 }, of: ["2026-05-01 10:00", "2026-05-01 10:59", "2026-05-01 08:30"].map(time))
    #expect(hours == ["2026-05-01 10", "2026-05-01 08"])
  }

  @Test("periods without a checkpoint do not count")
  func gaps() throws {
    let times = try ["2026-01-05", "2026-03-20", "2026-03-21", "2026-12-24"].map(time)
    #expect(
      kept(policy { $0.monthly = 3 }, of: times) == ["2026-12-24 00", "2026-03-21 00", "2026-01-05 00"])
  }

  @Test("a year by the default policies: the numbers by hand")
  func defaults() throws {
    let year = try year()
    func count(_ retentionClass: RetentionClass) -> Int { kept(.usual(retentionClass), of: year).count }
    // 30 days of four, and the one of exactly 30 days ago.
    #expect(count(.incremental) == 121)
    // 200 of 14 days' 57.
    #expect(count(.hook) == 200)
    // 10 last (2 days and a half), 7 daily (5 of them new: the 29th 18:00 is among the last), 4 weekly (27th is daily; 20th,
    // 13th), 3 monthly (11-30, 10-31).
    #expect(count(.database) == 10 + 4 + 2 + 2)
    #expect(count(.rescue) == 57)
    // 180 days of four, and the one of exactly 180 days ago; the others go into archives.
    #expect(count(.full) == 721)
    #expect(RetentionPolicy.usual(.full).archives)
    for keptWhole in [RetentionClass.stage, .custom] { #expect(count(keptWhole) == year.count) }
  }

  @Test(
    "ages have units",
    arguments: [
      ("0", 0), ("12h", 43_200), ("14d", 1_209_600), ("2w", 1_209_600), ("6mo", 15_552_000),
      ("6m", 15_552_000),
      ("1y", 31_536_000),
    ])
  func ages(text: String, seconds: Int) { #expect(SettingType.age(text) == seconds) }

  @Test("what is no age", arguments: ["", "5", "5s", "-1d", "1.5d", "d", "99999999999999999999d", "10001y"])
  func noAges(text: String) { #expect(SettingType.age(text) == nil) }
}

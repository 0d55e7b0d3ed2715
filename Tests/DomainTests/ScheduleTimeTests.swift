// When a job runs: the words and fields that are understood, and the moments that follow from them.

import Checkpoints
import FileSystem
import Glibc
import Testing

@Suite("Times of a schedule")
struct ScheduleTimeTests {
  @Test(
    "words and fields",
    arguments: [
      ("hourly", "0 * * * *"), ("hourly :15", "15 * * * *"), ("daily", "0 2 * * *"),
      ("daily 7:05", "5 7 * * *"),
      ("Weekly Sunday 01:00", "0 1 * * 0"), ("weekly fri", "0 1 * * 5"),
      ("weekly wednesday 23:59", "59 23 * * 3"),
      ("monthly", "0 3 1 * *"), ("monthly 15", "0 3 15 * *"), ("monthly 28 04:30", "30 4 28 * *"),
      ("*/15 * * * *", "0,15,30,45 * * * *"), ("0 2 * * 1-5", "0 2 * * 1-5"), ("0 2 * * 7", "0 2 * * 0"),
      ("0 2 * jan,feb mon", "0 2 * 1-2 1"), ("5/20 0-3 1,2,3 * *", "5,25,45 0-3 1-3 * *"),
      ("0 0 * * 0-7", "0 0 * * *"),
      ("1-59/2 * * * *", (0..<30).map { "\(2 * $0 + 1)" }.joined(separator: ",") + " * * * *"),
    ])
  func understood(text: String, fields: String) throws {
    #expect(try #require(ScheduleTime(text)).description == fields)
  }

  @Test(
    "what is no time",
    arguments: [
      "", "noon", "daily 24:00", "daily 2", "daily 02:60", "daily 02:00 03:00", "weekly someday",
      "weekly s 01:00", "weekly tuesdays", "monthly 29", "monthly 0", "hourly 15", "hourly :60", "* * * *",
      "* * * * * *",
      "60 * * * *", "*/0 * * * *", "5-1 * * * *", "1,,2 * * * *", "-1 * * * *", "* * 0 * *", "* * * 13 *",
      "* * * * 8", "0 2 * * *\n* * * * * rm", "0 2 * * *;", "１ 2 * * *", "1/2/3 * * * *",
      "999999999999999999999 * * * *",
    ])
  func refused(text: String) { #expect(ScheduleTime(text) == nil) }

  private func moment(_ text: String) throws -> Timestamp {
    try #require(Timestamp(iso8601: "\(text):00.000Z"))
  }

  // The tests run in UTC or not: what is asked of a moment is asked in local time.
  private func local(_ time: Timestamp?) throws -> String {
    var seconds = time_t(try #require(time).secondsSinceEpoch)
    var parts = tm()
    localtime_r(&seconds, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday)) "
      + "\(padded(parts.tm_hour)):\(padded(parts.tm_min))"
  }

  @Test(
    "the moments before and after one",
    arguments: [
      ("daily 02:00", "2026-11-29 02:00", "2026-11-30 02:00"),
      ("weekly Sunday 01:00", "2026-11-29 01:00", "2026-12-06 01:00"),
      ("monthly", "2026-11-01 03:00", "2026-12-01 03:00"),
      ("0 0 29 2 *", "2024-02-29 00:00", "2028-02-29 00:00"),
      // Either the 13th or a Friday.
      ("0 12 13 * fri", "2026-11-27 12:00", "2026-12-04 12:00"),
      ("0 12 31 12 *", "2025-12-31 12:00", "2026-12-31 12:00"),
    ])
  func moments(text: String, last: String, next: String) throws {
    let time = try #require(ScheduleTime(text))
    // Noon of the 29th of November, a Sunday, in local time.
    var noon = tm()
    (noon.tm_year, noon.tm_mon, noon.tm_mday, noon.tm_hour, noon.tm_isdst) = (126, 10, 29, 12, -1)
    let now = Timestamp(millisecondsSinceEpoch: Int(mktime(&noon)) * 1000)
    #expect(try local(time.last(until: now)) == last && local(time.next(after: now)) == next)
  }

  @Test("a day that never comes is refused, and the moment itself is the last one")
  func edges() throws {
    #expect(ScheduleTime("0 0 31 2,4 *") == nil && ScheduleTime("0 0 31 2 mon") != nil)
    let now = try moment("2026-11-29T12:00")
    let always = try #require(ScheduleTime("* * * * *"))
    #expect(always.last(until: now) == now)
    #expect(always.next(after: now)?.secondsSinceEpoch == now.secondsSinceEpoch + 60)
  }
}

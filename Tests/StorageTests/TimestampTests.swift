// Moments: the two ways they are written, and that only the exact form is read.

import FileSystem
import FoundationEssentials
import TestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test("a moment is written for people and for ids")
  func writes() {
    let time = Timestamp(millisecondsSinceEpoch: 1_795_143_600_123)
    #expect(time.iso8601 == "2026-11-20T03:00:00.123Z")
    #expect(time.compact == "20261120_030000")
    #expect(FixedClock.start.compact == "20261120_030000")
  }

  @Test(
    "a moment survives a round trip to the millisecond",
    arguments: [0, 1, 999, 951_782_400_000, 1_709_164_799_999, 1_795_143_600_123, 4_102_444_799_999])
  func roundTrip(milliseconds: Int) throws {
    let time = Timestamp(millisecondsSinceEpoch: milliseconds)
    #expect(Timestamp(iso8601: time.iso8601) == time)
    #expect(try JSONDecoder().decode([Timestamp].self, from: JSONEncoder().encode([time])) == [time])
  }

  @Test(
    "other forms are refused",
    arguments: [
      "", "2026-11-20", "2026-11-20T03:00:00Z", "2026-11-20T03:00:00.123", "2026-11-20T03:00:00.123+01:00",
      "2026-02-30T03:00:00.123Z", "2026-13-20T03:00:00.123Z", "2026-11-20T24:00:00.123Z",
      " 2026-11-20T03:00:00.123Z",
      "2026-11-20 03:00:00.123Z", "2026-11-20T03:00:00.12Z", "99999999999-11-20T03:00:00.123Z",
    ])
  func refuses(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test("moments are ordered by time")
  func order() {
    let clock = FixedClock()
    let first = clock.now()
    clock.advance(seconds: 61)
    #expect(first < clock.now())
    #expect(clock.now().compact == "20261120_030101")
  }
}

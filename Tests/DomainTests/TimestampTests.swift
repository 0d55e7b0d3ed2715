// Moments at the edges of what can be written, and what others wrote beyond them.

import FoundationEssentials
import Testing

@testable import FileSystem

@Suite("Moments")
struct TimestampTests {
  private struct FixedClock: Clock {
    var time: Timestamp
    func now() -> Timestamp { time }
  }

  private func decoded(_ text: String) throws -> Timestamp {
    try JSONDecoder().decode([Timestamp].self, from: Data("[\"\(text)\"]".utf8))[0]
  }

  @Test(
    "before 1970 seconds and milliseconds are rounded down, so that what is written is read",
    arguments: [
      (-1, "1969-12-31T23:59:59.999Z"), (-1000, "1969-12-31T23:59:59.000Z"),
      (-1001, "1969-12-31T23:59:58.999Z"), (0, "1970-01-01T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
  func written(milliseconds: Int, text: String) {
    #expect(Timestamp(millisecondsSinceEpoch: milliseconds).iso8601 == text)
    #expect(Timestamp(iso8601: text)?.millisecondsSinceEpoch == milliseconds)
  }

  @Test(
    "a moment that cannot be written is read as the nearest one that can",
    arguments: [
      ("1969-12-31T23:59:59.-189Z", "1969-12-31T23:59:59.189Z"),
      ("10000-05-05T00:00:00.450Z", "9999-12-31T23:59:59.999Z"),
      ("2147483647-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"),
      ("+275760-09-13T00:00:00Z", "9999-12-31T23:59:59.999Z"),
      ("-001-01-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z"),
      ("2026-11-29T12:00:00Z", "2026-11-29T12:00:00.000Z"),
    ])
  func nearest(text: String, read: String) throws { #expect(try decoded(text).iso8601 == read) }

  @Test("what is no moment at all is refused", arguments: ["", "today", "T", "2026-11-29"])
  func refused(text: String) { #expect(throws: (any Error).self) { try decoded(text) } }

  @Test("a clock before 1970 or after 9999 is not used")
  func clocks() {
    for milliseconds in [-1, 253_402_300_800_000] {
      #expect(throws: UnusableClock.self) {
        try FixedClock(time: Timestamp(millisecondsSinceEpoch: milliseconds)).requireUsable()
      }
    }
    for milliseconds in [0, 253_402_300_799_999] {
      #expect(throws: Never.self) {
        try FixedClock(time: Timestamp(millisecondsSinceEpoch: milliseconds)).requireUsable()
      }
    }
  }

  @Test("an impossible time is named as every other time is")
  func clockError() {
    let error = #expect(throws: UnusableClock.self) {
      try FixedClock(time: Timestamp(millisecondsSinceEpoch: -315_619_200_000)).requireUsable()
    }
    #expect(error?.description.contains("says 1960-01-01 00:00:00 UTC, and a time before 1970") == true)
  }

  @Test("what is shown can be asked for")
  func shown() {
    #expect(Timestamp(beginningOf: "2026-11-20 03:00:25 UTC")?.iso8601 == "2026-11-20T03:00:25.000Z")
  }
}

// Numbers, times and tables as people read them.

import Testing

@testable import Formatting

@Suite("Format")
struct FormatTests {
  @Test(
    "bytes in powers of ten",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1051, "1.1 kB"), (999_949, "999.9 kB"),
      (999_950, "1.0 MB"),
      (561_300_000, "561.3 MB"), (999_999_999, "1.0 GB"), (1_500_000_000_000, "1500.0 GB"),
    ])
  func bytes(count: Int, text: String) {
    #expect(Format.bytes(count) == text)
  }

  @Test(
    "seconds",
    arguments: [
      (0.0, "0.0 ms"), (0.0123, "12.3 ms"), (0.1, "0.10 s"), (1.005, "1.00 s"), (59.999, "60.00 s"),
    ])
  func seconds(value: Double, text: String) {
    #expect(Format.seconds(value) == text)
  }

  @Test(
    "words of a shell, also if a mark follows a quotation mark",
    arguments: [
      ("plain-1.txt", "plain-1.txt"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("ü", "ü"),
      ("x'\u{301};touch y;'\u{301}", "'x'\\''\u{301};touch y;'\\''\u{301}'"),
    ])
  func shellWords(word: String, text: String) {
    #expect(Array(Format.shellWord(word).utf8) == Array(text.utf8))
  }

  @Test(
    "decimals keep their zeros",
    arguments: [(1.0, 2, "1.00"), (1.05, 1, "1.1"), (0.005, 2, "0.01"), (12.0, 0, "12"), (9.999, 2, "10.00")])
  func decimals(value: Double, digits: Int, text: String) {
    #expect(Format.decimal(value, digits) == text)
  }

  @Test(
    "counts in groups of three",
    arguments: [
      (0, "0"), (12, "12"), (123, "123"), (1234, "1,234"), (2_800_000, "2,800,000"),
      (123_456_789, "123,456,789"),
    ])
  func counts(value: Int, text: String) {
    #expect(Format.count(value) == text)
  }

  @Test("nouns follow their number")
  func plurals() {
    #expect(Format.plural(0, "file") == "0 files")
    #expect(Format.plural(1, "file") == "1 file")
    #expect(Format.plural(1200, "file") == "1,200 files")
    #expect(Format.plural(2, "entry", "entries") == "2 entries")
  }

  @Test(
    "ages in the largest fitting unit",
    arguments: [
      (-3, "now"), (0, "now"), (5, "5 s ago"), (119, "119 s ago"), (120, "2 min ago"), (7199, "119 min ago"),
      (7200, "2 h ago"),
      (172_799, "47 h ago"), (172_800, "2 days ago"), (864_000, "10 days ago"),
    ])
  func ages(seconds: Int, text: String) {
    #expect(Format.age(seconds) == text)
  }

  @Test("columns are as wide as their widest cell, and nothing trails")
  func tables() {
    #expect(Format.table([["a", "bb", "c"], ["aaa", "b", "cc"]]) == ["a    bb  c", "aaa  b   cc"])
    #expect(Format.table([]) == [])
    #expect(Format.table([["only"]]) == ["only"])
    #expect(Format.table([["ü☃", "x"], ["abc", "y"]]) == ["ü☃   x", "abc  y"])
  }
}

// Reports in Markdown and in the terminal, and the words and scales that all forms share.

import FileSystem
import Testing

@testable import Checkpoints
@testable import ReportPages

@Suite("Reports in text")
struct ReportTextTests {
  @Test("Markdown keeps text of others as text, one line to a line")
  func markdown() throws {
    // Printed output is in a code block, in which no character has a meaning.
    func lines(_ text: String) throws -> [Substring] {
      MarkdownReport.render(try SampleReport.stage { _ in text }).split(separator: "\n")
        .filter { !$0.hasPrefix("    ") }
    }
    let plain = try lines("plain").count
    for hostile in ReportMarkupTests.hostile + ["a | b", "# x", "a\nb"] {
      let found = try lines(hostile)
      #expect(found.count == plain, "\(hostile)")
      for line in found {
        #expect(!line.replacing("\\<", with: "").contains("<"), "\(line)")
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" }, "\(line)")
      }
    }
  }

  @Test("every row of a table has as many cells as its heading")
  func cells() throws {
    let text = MarkdownReport.render(try SampleReport.overview { _ in "a | b" })
    var width = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        width = 0
        continue
      }
      let cells = line.replacing("\\|", with: "").count { $0 == "|" }
      if width == 0 { width = cells }
      #expect(cells == width, "\(line)")
    }
  }

  @Test("the terminal gets no control characters, and no more lines than people read")
  func terminal() throws {
    let lines = TerminalReport.lines(
      try SampleReport.stage(checkpoints: 200) { _ in "a\u{1b}[2Jb\n\u{202E}c" })
    #expect(lines.count < 50)
    #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    #expect(lines.contains("… and 188 earlier ones"))
  }

  @Test("all forms of a report on all stages say how the store stands")
  func storage() throws {
    let report = try SampleReport.overview()
    for (form, text) in [
      ("terminal", TerminalReport.lines(report).joined(separator: "\n")),
      ("Markdown", MarkdownReport.render(report)), ("HTML", ReportPage.render(report)),
    ] {
      #expect(text.contains("4.1 MB for 12 checkpoints, 3.5 MB of it shared by several"), "\(form)")
      #expect(text.contains("75.0 GB free, full in more than 100 years at 100.0 kB a day"), "\(form)")
      // Of fourteen weeks, the last twelve.
      if form != "terminal" {
        let weeks = try #require(report.store).weeks
        #expect(
          text.contains(StoreWords.day(weeks[2])) && text.contains(StoreWords.day(weeks[13])), "\(form)")
        #expect(!text.contains(StoreWords.day(weeks[1])), "\(form)")
      }
    }
    #expect(!ReportPage.render(try SampleReport.stage()).contains("whole store"))
  }

  @Test("colours of a terminal do not get into reports")
  func colours() {
    var run = TestRun(outcome: .failed, command: nil)
    run.tail = "\u{1b}[1;31mred\u{1b}[0m and \u{1b}]0;title\u{7}\nnext"
    #expect(ReportWords.tail(run) == ["red and \\u{1b}]0;title\\u{7}", "next"])
  }

  @Test("the way back, as far as it was measured")
  func wayBack() throws {
    let words = ReportWords(try SampleReport.stage())
    let moment = SampleReport.time(days: 38)
    var standing = Report.Standing(state: "recorded", isWarm: false, problems: [])
    #expect(words.wayBack(standing) == ("not measured", "never rehearsed"))
    standing.proof = Proof(at: moment, seconds: 0.5, problems: [])
    #expect(words.wayBack(standing) == ("0.50 s", "its database, restored and compared 2 days ago"))
    standing.rehearsal = RehearsalNote(at: moment, result: .incomplete, restoreSeconds: 1.25)
    #expect(words.wayBack(standing) == ("1.25 s", "rehearsed 2 days ago"))
    standing.isWarm = true
    #expect(words.wayBack(standing) == ("at once", "warm; without, 1.25 s, rehearsed 2 days ago"))
    standing.rehearsal?.result = .failed
    #expect(words.wayBack(standing) == ("rehearsal failed", "2 days ago"))
    standing.rehearsal = nil
    standing.isWarm = false
    standing.proof = Proof(at: moment, seconds: 0.5, problems: ["rows of public.calls"])
    #expect(words.wayBack(standing) == ("not measured", "never rehearsed"))
    #expect(words.proof(standing) == "did not restore 2 days ago")
    (standing.state, standing.problems) = ("does not restore", ["rows of public.calls"])
    #expect(words.wayBack(standing) == ("in doubt", "does not restore"))
  }

  @Test("what tests said, the worst first")
  func tests() {
    var run = TestRun(outcome: .passed, command: "x")
    #expect(ReportWords.tests(run) == "passed")
    run.counts = .init(passed: 1200, failed: 0, skipped: 3)
    #expect(ReportWords.tests(run) == "1,200 passed, 3 skipped")
    run.outcome = .failed
    #expect(ReportWords.tests(run) == "failed, 1,200 passed, 3 skipped")
    run.counts = .init(passed: 0, failed: 0, skipped: 0)
    #expect(ReportWords.tests(TestRun(outcome: .timedOut, command: "x")) == "took too long")
    #expect(ReportWords.tests(TestRun(outcome: .skipped, command: "x")) == "left out")
    #expect(ReportWords.tests(nil) == ReportWords.unknown)
  }

  @Test("a stage whose tests failed is not complete")
  func completeness() throws {
    let report = try SampleReport.stage()
    #expect(report.stages[0].phase == .complete && !report.stages[0].isComplete)
    #expect(ReportWords(report).phase(report.stages[0]) == "complete, tests failed")
  }

  @Test(
    "scales end at round numbers that are not below the largest",
    arguments: [
      (0, 1), (1, 1), (3, 4), (9, 10), (10, 10), (11, 20), (21, 25), (26, 50), (51, 100), (87_001, 100_000),
      (21_200_000, 25_000_000), (Int.max / 100, 100_000_000_000_000_000),
    ])
  func ceilings(value: Int, ceiling: Int) {
    #expect(Scale.ceiling(value) == ceiling)
  }

  @Test("small shares are shown to the tenth")
  func percents() {
    #expect(ReportWords.percent(0, of: 0) == "0 %")
    #expect(ReportWords.percent(0, of: 10) == "0 %")
    #expect(ReportWords.percent(46, of: 10_000) == "0.5 %")
    #expect(ReportWords.percent(1, of: 3000) == "under 0.1 %")
    #expect(ReportWords.percent(1, of: 3) == "33 %")
  }
}

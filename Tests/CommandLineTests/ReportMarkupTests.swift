// The HTML form of reports: text of others stays text whatever it holds, the page is what an HTML checker wants, needs
// nothing from elsewhere, and is the same for the same report.

import FileSystem
import TestSupport
import Testing

@testable import ReportPages

@Suite("Reports in HTML")
struct ReportMarkupTests {
  /// What would become markup, end an attribute or a comment, or change what people see.
  static let hostile = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)", "</style><script>", "</title>", "-->", "<!--", "&lt;b&gt;", "]]>",
    "javascript:alert(1)", "\"\u{301} onload=\"\u{301}", "<\u{338}b>", "\u{202E}dlrow",
    "a\u{0}b\u{1b}[31m\r\nc",
    "`**_[x](y)",
  ]

  /// The tags of a page with the names of their attributes, in order; contents and values are left out.
  private func tags(_ page: String) -> [String] {
    var tags: [String] = []
    var (isTag, quote, tag) = (false, Unicode.Scalar?.none, "")
    for scalar in page.unicodeScalars {
      if let open = quote {
        if scalar == open { quote = nil }
      } else if isTag && (scalar == "\"" || scalar == "'") {
        quote = scalar
      } else if scalar == "<" {
        (isTag, tag) = (true, "")
      } else if scalar == ">" && isTag {
        tags.append(tag)
        isTag = false
      } else if isTag {
        tag.unicodeScalars.append(scalar)
      }
    }
    return tags
  }

  @Test("what a text holds never becomes markup", arguments: hostile)
  func staysText(hostile: String) throws {
    for make in [{ try SampleReport.stage(text: $0) }, { try SampleReport.overview(text: $0) }] {
      let plain = ReportPage.render(try make { _ in "plain" })
      let page = ReportPage.render(try make { _ in hostile })
      #expect(tags(page) == tags(plain))
      #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
      #expect(!page.contains("\u{202E}"))
    }
  }

  @Test("every text of the sample is on the page")
  func showsEverything() throws {
    let asked = Names()
    let page = ReportPage.render(
      try SampleReport.stage { name in
        asked.list.insert(name)
        return "«\(name)»"
      })
    // These are in the JSON form only.
    for name in asked.list.subtracting(["a branch"]) {
      #expect(page.contains(Markup.escaped("«\(name)»")), "\(name)")
    }
  }

  private final class Names { var list: Set<String> = [] }

  @Test("escaping covers text and quoted attributes, by scalars")
  func escapes() {
    #expect(Markup.escaped("<a b=\"c\" d='e'>&") == "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;")
    // As characters, these are not “<” and “"”.
    #expect(Markup.escaped("<\u{338}") == "&lt;\u{338}")
    #expect(Markup.escaped("\"\u{301}") == "&quot;\u{301}")
    let (text, markup): (String, Markup) = ("<b>", "<i>")
    #expect(("<p>\(text)\(markup)\(3)</p>" as Markup).text == "<p>&lt;b&gt;<i>3</p>")
  }

  @Test("a page needs nothing from elsewhere and runs nothing")
  func isSelfContained() throws {
    for report in [try SampleReport.stage(), try SampleReport.overview()] {
      let page = ReportPage.render(report)
      for word in ["http:", "https:", "//", "<script", "<link", "<img", "@import", "url(", "src="] {
        #expect(!page.contains(word), "\(word)")
      }
      #expect(page.contains("default-src 'none'"))
    }
  }

  @Test("an HTML checker finds nothing wrong", .enabled(if: Tidy.isInstalled, "tidy is not installed"))
  func isTidy() throws {
    let empty = SampleReport.report(.project, [])
    var plain = try SampleReport.stage(checkpoints: 0)
    plain.stages[0].progress = nil
    plain.problems = []
    let reports = [
      try SampleReport.stage(), try SampleReport.stage(checkpoints: 1),
      try SampleReport.stage(checkpoints: 200),
      try SampleReport.overview(), empty, plain,
    ]
    for report in reports {
      let found = try Tidy.complaints(ReportPage.render(report))
      #expect(found == "")
    }
    for text in Self.hostile + ["", " ", "\u{A0}"] {
      let found = try Tidy.complaints(ReportPage.render(SampleReport.stage { _ in text }))
      #expect(found == "", "\(text)")
    }
  }

  @Test("the same report is the same page, and another moment changes only what is said of time")
  func isDeterministic() throws {
    let page = ReportPage.render(try SampleReport.overview())
    #expect(ReportPage.render(try SampleReport.overview()) == page)
    var later = try SampleReport.overview()
    later.generatedAt = SampleReport.time(days: 41)
    #expect(tags(ReportPage.render(later)) == tags(page))
  }
}

enum Tidy {
  static let isInstalled = (try? Program.run(["tidy", "--version"]))?.code == 0

  /// Warnings and errors; empty if there are none.
  static func complaints(_ page: String) throws -> String {
    let result = try Program.run(["tidy", "-q", "-e", "-utf8"], input: Array(page.utf8))
    return result.code == 0 ? "" : result.printed
  }
}

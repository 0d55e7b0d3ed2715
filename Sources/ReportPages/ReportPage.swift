// A report as one HTML file: complete in itself, without a script, and with a policy by which a browser fetches nothing.
// It is made from the report only.

import Checkpoints
import FileSystem
import Formatting

package enum ReportPage {
  package static func render(_ report: Report) -> String {
    let words = ReportWords(report)
    let body: Markup
    switch (report.scope, report.stages.first) {
    case (.stage, let stage?): body = StageMarkup(stage, words, report).page
    default: body = OverviewMarkup(report, words).page
    }
    let name = report.scope == .stage ? report.stages.first?.slug : nil
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="generator" content="checkpoint \(report.toolVersion)">
      <title>\(name.map { "\($0), \(report.project)" } ?? "Stages of \(report.project)")</title>
      <style>
      \(ReportStyle.sheet)</style>
      </head>
      <body>
      \(TimelinePicture.shapes)<div class="page">
      \(body)\(problems(report))<footer>As of \(Format.minute(report.generatedAt)) UTC, by checkpoint \(report.toolVersion). All times are UTC.</footer>
      </div>
      </body>
      </html>

      """
    return page.text
  }

  private static func problems(_ report: Report) -> Markup {
    if report.problems.isEmpty { return .nothing }
    let items = report.problems.map { problem -> Markup in "<li>\(ReportWords.named(problem))</li>\n" }
    return "<section>\n<h2>What is not known</h2>\n<ul class=\"plain\">\n\(items)</ul>\n</section>\n"
  }
}

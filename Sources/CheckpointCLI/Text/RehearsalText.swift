// A rehearsal's report for people: Markdown for the file, and the lines that a terminal gets. Text of others is written so
// that it stays text.

import Checkpoints
import FileSystem
import Formatting

enum RehearsalText {
  static func markdown(_ report: RehearsalReport) -> String {
    var lines = ["# Rollback rehearsal: \(report.result.rawValue)", "", "| | |", "|---|---|"]
    lines += facts(report).map { "| \($0) | \(Markdown.escaped($1)) |" }
    lines += ["", "## Steps", "", "| step | result | time | |", "|---|---|---|---|"]
    lines += report.steps.map { step in
      let time = step.seconds.map {
        RehearsalReport.seconds($0) + (step.kind.countsForRestore ? "" : " (not counted)")
      }
      return
        "| \(Markdown.escaped("\(step.kind)")) | \(step.outcome.rawValue) | \(time ?? "") | \(Markdown.escaped(step.detail ?? "")) |"
    }
    lines += section("Problems", report.problems.map(\.description), none: "None.")
    for step in report.steps {
      guard let output = step.output, !output.isEmpty else { continue }
      lines += ["", "The end of what \(step.kind) printed:", ""]
      lines += output.map { "    \(Format.visible($0))" }
    }
    lines += section("Not tried", report.notTried, none: nil)
    lines += section("Advice", report.advice, none: "None.")
    lines += section("What this rehearsal does not show", report.limits, none: nil)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func facts(_ report: RehearsalReport) -> [(String, String)] {
    let checkpoint = report.checkpoint
    var facts = [
      ("date", Format.time(report.startedAt)),
      ("checkpoint", "\(checkpoint.id) (\(checkpoint.kind.rawValue))"),
      ("taken", Format.time(checkpoint.takenAt)),
    ]
    if let stage = checkpoint.stage { facts.append(("stage", stage)) }
    if let message = checkpoint.message { facts.append(("message", message)) }
    if let commit = checkpoint.commit { facts.append(("commit", "\(commit)")) }
    facts.append(("by", "\(report.user) on \(report.host), checkpoint \(report.toolVersion)"))
    return facts + [("result", report.result.rawValue), ("restore time", time(report))]
  }

  private static func time(_ report: RehearsalReport) -> String {
    let objective = report.objectiveSeconds.map { ", objective \($0) s" } ?? ", no objective is set"
    let part = report.notTried.isEmpty ? "" : " for what was tried"
    return RehearsalReport.seconds(report.restoreSeconds) + part + objective
  }

  private static func section(_ title: String, _ lines: [String], none: String?) -> [String] {
    if lines.isEmpty { return none.map { ["", "## \(title)", "", $0] } ?? [] }
    return ["", "## \(title)", ""] + lines.map { "- \(Markdown.escaped($0))" }
  }

  static func summary(_ report: RehearsalReport) -> [String] {
    let rows = report.steps.map { step in
      ["\(step.kind)", step.outcome.rawValue, step.seconds.map(Format.seconds) ?? ""]
    }
    return Format.table(rows) + ["restore time: \(time(report))"] + report.advice.map { "advice: \($0)" }
  }
}

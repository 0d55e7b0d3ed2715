// `checkpoint settings`: every setting with its value and its origin, or the page about all of them.

import Checkpoints
import DataSources
import Formatting

extension Command {
  static let settings = Command(
    name: "settings",
    summary: "list the settings with their values, and where each comes from",
    details: """
      A value is from .checkpointconfig, which is committed, or from git's own settings (git config
      checkpoint.KEY VALUE), which are yours and count for more. Passwords are not shown. What you have
      to agree to first is marked: checkpoint trust. A value of the wrong kind is named, and the
      exit code is 3.
      """,
    options: [
      .flag("--markdown", help: "print the page about all settings instead, with no repository needed")
    ],
    examples: ["checkpoint settings", "checkpoint settings --json"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    if invocation.has("--markdown") {
      guard !invocation.console.isJSON else {
        throw UsageError(description: "--markdown and --json are two forms of the same", hints: ["give one"])
      }
      Console.document(SettingsPage.text(.all))
      return .done
    }
    return try SettingsList(Workspace(invocation)).show()
  }
}

private struct SettingsList {
  /// As it is shown: without secrets.
  struct Line: Encodable {
    /// “committed”, “personal” or “default”.
    var source: String
    var key: String
    /// Missing if it is not set and nothing holds instead.
    var value: String?
    /// Missing for a default, and for what git's command line or environment says.
    var file: String?
    var line: Int?
    /// Only for what needs consent.
    var trusted: Bool?
    /// What was expected instead.
    var problem: String?
    /// The repository may not decide it.
    var ignored: Bool?
  }

  private struct View: Encodable {
    var settings: [Line]
    var warnings: [String]
  }

  private let console: Console
  private let lines: [Line]
  /// What people read of a place.
  private let origins: [String]
  private let warnings: [String]

  init(_ workspace: Workspace) throws {
    console = workspace.console
    let (settings, listed) = (workspace.project.settings, workspace.project.settings.listed())
    let isTrusted = try listed.contains(where: \.needsConsent) && workspace.session.isTrusted
    warnings = settings.warnings.map(\.description)
    origins = listed.map { $0.place?.description ?? ($0.value == nil ? "not set" : "default") }
    lines = listed.map { setting in
      Line(
        source: setting.place == nil ? "default" : setting.isCommitted ? "committed" : "personal",
        key: setting.key, value: setting.value.map { SettingText.shown($0, setting.setting) },
        file: setting.place?.file.map { "\($0)" }, line: setting.place?.line,
        trusted: setting.needsConsent ? isTrusted : nil, problem: setting.problem,
        ignored: setting.isIgnored ? true : nil)
    }
  }

  func show() throws -> ExitCode {
    if console.isJSON {
      try console.json(View(settings: lines, warnings: warnings))
    } else {
      let rows = zip(lines, origins).map { line, origin in [line.key, origin, text(line)] }
      for row in Format.table(rows) {
        console.result(String(row[...(row.lastIndex { $0 != " " } ?? row.startIndex)]))
      }
    }
    return lines.contains { $0.problem != nil } ? .partly : .done
  }

  private func text(_ line: Line) -> String {
    var text = line.value.map { $0.isEmpty ? "(empty)" : Format.visible($0) } ?? ""
    if line.trusted == false { text += "  (not trusted: checkpoint trust)" }
    if line.ignored == true { text += "  (no effect: only your own settings count)" }
    if let problem = line.problem { text += "  (wrong: expected \(problem))" }
    return text
  }
}

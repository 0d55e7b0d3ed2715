// `checkpoint report`: where the stages stand, for people and for programs.

import Checkpoints
import FileSystem
import Formatting
import Operations
import ReportPages

private enum ReportForm: String, CaseIterable {
  case terminal, markdown, html, json

  /// Finds the form by the extension of a file's name.
  init?(suffixOf path: String) {
    switch path.split(separator: ".").last?.lowercased() {
    case "md", "markdown": self = .markdown
    case "html", "htm": self = .html
    case "json": self = .json
    case "txt": self = .terminal
    default: return nil
    }
  }

  func render(_ report: Report) throws -> String {
    switch self {
    case .terminal: TerminalReport.lines(report).map { $0 + "\n" }.joined()
    case .markdown: MarkdownReport.render(report)
    case .html: ReportPage.render(report)
    case .json: try Console.text(ofJSON: report) + "\n"
    }
  }
}

extension Command {
  static let report = Command(
    name: "report", operands: [.optional("STAGE", .stage)],
    summary: "say where a stage stands, or all of them: a summary, Markdown, HTML or JSON",
    details: """
      Checkpoints over time; commits, authors, files and lines between phases; rows and size of the
      database; tests; progress, and what is left of stages/STAGE/progress.md; how well each checkpoint is
      known to come back, and how long that takes; storage. The HTML form is one file that loads nothing
      else. STAGE is a whole name or a short one: stage-02. SOURCE_DATE_EPOCH in the environment is the
      moment that the report names and counts ages from, instead of now.
      """,
    options: [
      .value(
        "-f", "--format", as: "FORMAT", .words(ReportForm.allCases.map(\.rawValue)),
        help: "terminal (default), markdown, html or json; with --output the name of the file is enough"),
      .value(
        "-o", "--output", as: "FILE", .file,
        help: "write it to a file, which is replaced; - for standard output"),
      .flag("--open", help: "show it with xdg-open; HTML, in the store, unless said otherwise"),
    ],
    examples: [
      "checkpoint report", "checkpoint report stage-02 --open",
      "checkpoint report stage-02 --output stages/stage-02-webrtc-video/report.html",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    let form = try form(invocation)
    let workspace = try Workspace(invocation)
    let report = try workspace.session.report(on: invocation.operands.first, at: try moment())
    let text = try form.render(report)
    let console = workspace.console
    var isShown = true
    if let asked = try place(workspace, form, report) {
      let path = try write(text, to: asked, workspace)
      try console.outcome("\(path)")
      if invocation.has("--open") { isShown = Opener.open(path, console) }
    } else {
      Console.document(text)
    }
    // The other forms list the problems themselves.
    if form == .terminal { for problem in report.problems { console.warning(Format.visible(problem)) } }
    if form == .terminal && report.scope == .stage {
      console.remark("all of it: checkpoint report \(report.stages.first?.slug ?? "") --open")
    }
    return report.problems.isEmpty && isShown ? .done : .partly
  }

  private static func form(_ invocation: Invocation) throws -> ReportForm {
    let asked = invocation.value("--format")
    if let asked {
      guard let form = ReportForm(rawValue: asked.lowercased()) else {
        let names = ReportForm.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError(description: "there is no format “\(BytePath(asked))”", hints: ["one of \(names)"])
      }
      if invocation.console.isJSON && form != .json && invocation.value("--output") == nil
        && !invocation.has("--open")
      {
        throw UsageError(description: "--json and --format \(form.rawValue) exclude each other")
      }
      return form
    }
    if let output = invocation.value("--output"), output != "-" {
      if let form = ReportForm(suffixOf: output) { return form }
      throw UsageError(
        description: "the name \(BytePath(output)) does not show the format",
        hints: ["--format markdown, html or json; or a name that ends with .md, .html or .json"])
    }
    return invocation.has("--open") ? .html : invocation.console.isJSON ? .json : .terminal
  }

  /// The date of the report; nil for now.
  private static func moment() throws -> Timestamp? {
    guard let text = ProcessEnvironment.variables["SOURCE_DATE_EPOCH"] else { return nil }
    guard let seconds = Int(text), (0...253_402_300_799).contains(seconds) else {
      throw UsageError(
        description: "SOURCE_DATE_EPOCH is \(BytePath(text)), and not a number of seconds since 1970")
    }
    return Timestamp(millisecondsSinceEpoch: seconds * 1000)
  }

  /// nil for standard output.
  private static func place(
    _ workspace: Workspace, _ form: ReportForm, _ report: Report
  ) throws -> BytePath? {
    let invocation = workspace.invocation
    if let output = invocation.value("--output"), output != "-" { return try workspace.path(output) }
    guard invocation.has("--open"), invocation.value("--output") == nil else { return nil }
    let suffixes: [ReportForm: String] = [.terminal: "txt", .markdown: "md", .html: "html", .json: "json"]
    let name = report.scope == .stage ? report.stages.first?.slug ?? "" : "stages"
    let directory = workspace.project.storePath.appending("reports")
    try FileTree.makeDirectories(directory, mode: 0o700)
    return directory.appending("report-\(name).\(suffixes[form] ?? "")")
  }

  /// Follows links, and keeps the mode of a file that exists.
  /// - Returns: the file itself.
  private static func write(
    _ text: String, to asked: BytePath, _ workspace: Workspace
  ) throws -> BytePath {
    let parent = asked.parent ?? "."
    if try FileTree.status(parent)?.kind == nil { throw OutputProblem.noDirectory(parent) }
    // Anything without a path of its own, such as /dev/stdout, is not a file that can be replaced.
    guard let path = FileTree.exists(asked) ? try? FileTree.canonical(asked) : asked else {
      throw OutputProblem.occupied(asked)
    }
    let present = try FileTree.status(path)
    guard present == nil || present?.kind == .regular else { throw OutputProblem.occupied(path) }
    let isOurs = path.isInside(workspace.project.storePath)
    try SystemFileOperations().replaceFile(
      path, with: Array(text.utf8), mode: isOurs || present != nil ? 0o600 : 0o666)
    if let present { try FileTree.setPermissions(path, present.permissions) }
    return path
  }
}

/// Shows a file with the desktop's program for it.
private enum Opener {
  /// xdg-open continues after we end, in a session of its own; we only wait for an error in its first seconds.
  private static let script = """
    xdg-open "$CHECKPOINT_REPORT" >/dev/null 2>&1 &
    n=0
    while [ $n -lt 20 ] && kill -0 $! 2>/dev/null; do sleep 0.1; n=$((n + 1)); done
    kill -0 $! 2>/dev/null || wait $!
    """

  static func open(_ path: BytePath, _ console: Console) -> Bool {
    guard let name = path.exactText else {
      console.warning("xdg-open takes no path that is not UTF-8")
      return false
    }
    var environment = ProcessEnvironment.variables
    environment["CHECKPOINT_REPORT"] = name
    let outcome = try? ShellCommand(script, directory: "/", environment: environment, limit: 10).run()
    guard outcome?.ending != .exited(0) else { return true }
    console.warning(
      outcome?.ending == .exited(127) ? "xdg-open is not installed" : "xdg-open could not show the report")
    console.hint("open \(path) yourself; xdg-open is in Debian's package xdg-utils")
    return false
  }
}

// What the commands that take a checkpoint have in common: options, the checkpoint itself, the report.

import Checkpoints
import Operations

extension Command {
  static let takeOptions: [Option] =
    [
      .value("-m", "--message", as: "TEXT", help: "why it is taken"),
      .value(
        "--exclude", as: "GLOB", repeatable: true,
        help: "leave files out, several with commas; a rollback leaves them alone"),
      .flag("--include-large", help: "record untracked files of any size"),
      .flag("--recurse-submodules", help: "record the work in submodules, too"),
      .flag("--paranoid", help: "read every tracked file, whatever its size and times say"),
    ] + SharedOptions.database

  static let takeCodes: [ExitCode] = [.done, .failed, .usage, .partly, .noRepository, .locked]

  static func taking(_ kind: Kind, _ summary: String, example: String, nameIsNeeded: Bool = false)
    -> Command
  {
    Command(
      name: kind.rawValue, operands: [nameIsNeeded ? .one("NAME") : .optional("NAME")],
      summary: summary, options: takeOptions, examples: [example], exitCodes: takeCodes
    ) { invocation in
      let name = try CheckpointName(invocation.operands.first ?? kind.rawValue)
      return try take(CaptureRequest(name: name, kind: kind), Workspace(invocation))
    }
  }

  static func take(_ request: CaptureRequest, _ workspace: Workspace) throws -> ExitCode {
    let created = try taken(request, workspace)
    let isWhole = created.unreadable.isEmpty && created.manifest.git.leftOut == nil
    return isWhole && created.manifest.tests?.outcome.isFailure != true ? .done : .partly
  }

  /// Takes a checkpoint as the options of the command say, and reports it.
  static func taken(_ request: CaptureRequest, _ workspace: Workspace) throws -> CreatedCheckpoint {
    var request = request
    request.message = workspace.invocation.value("--message")
    request.excluded = workspace.invocation.list("--exclude")
    request.includesLarge = workspace.invocation.has("--include-large")
    request.recursesSubmodules = workspace.invocation.has("--recurse-submodules")
    request.readsEverything = workspace.invocation.has("--paranoid")
    let created = try workspace.session.take(request)
    try report(created, workspace)
    return created
  }

  private static func report(_ created: CreatedCheckpoint, _ workspace: Workspace) throws {
    let (manifest, console) = (created.manifest, workspace.console)
    let warnings = created.warnings + (manifest.tests.map(TestText.warnings) ?? [])
    for warning in warnings { console.warning(warning) }
    for hint in manifest.missing.map(workspace.hints(ofMissing:)) ?? [] { console.hint(hint) }
    if !created.leftSubmodules.isEmpty { console.hint("--recurse-submodules records them, too") }
    if manifest.tests.map({ $0.outcome != .passed }) == true {
      console.hint("if it is fit to go back to all the same: checkpoint mark \(manifest.id) stable")
    }
    for line in created.unreadable { console.warning("not recorded: \(line)") }
    LargeFilesText.warn(manifest.git.leftOut ?? [], console)
    if console.isJSON {
      var view = CheckpointView(manifest, notes: Notes())
      view.unreadable = created.unreadable
      view.warnings = warnings
      return try console.json(view)
    }
    for line in CheckpointText.summary(manifest) { console.remark(line) }
    console.result(manifest.id.description)
  }
}

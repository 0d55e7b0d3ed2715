// `checkpoint stage new|list|show`, and the tests of a stage that is completed.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension Command {
  static let stages = Command(
    name: "stage", aliases: ["stages"], operands: "new STAGE | list | show [STAGE]", operandCount: 1...2,
    summary: "make a stage's folder, list the stages, or show one: phases, progress, tests",
    details: """
      new makes stages/STAGE with README.md (goal and scope), progress.md (a checklist for each phase) and
      rollback.md (the commands that lead back); of a folder that is there only what is missing is added.
      A stage needs no folder. STAGE is a whole name or a number, stage-02; without it show takes the one
      with the newest checkpoint. Every checkpoint of a stage records which boxes of progress.md are done.
      """,
    examples: [
      "checkpoint stage new stage-02-webrtc-video", "checkpoint stage list", "checkpoint stage show stage-02",
    ]
  ) { invocation in
    let (word, name) = (invocation.operands[0], invocation.operands.dropFirst().first)
    switch word {
    case "new":
      guard let name else {
        throw UsageError(
          description: "a new stage needs a name", hints: ["checkpoint stage new stage-02-webrtc-video"])
      }
      return try newStage(name, Workspace(invocation))
    case "list":
      if let name { throw UsageError(description: "“\(name)” is one word too many") }
      return try listStages(Workspace(invocation))
    case "show": return try showStage(name, Workspace(invocation))
    default:
      throw UsageError(
        description: "“\(word)” is nothing that can be done with stages", hints: ["new, list or show"])
    }
  }

  private static func newStage(_ text: String, _ workspace: Workspace) throws -> ExitCode {
    let asked: StageName
    do throws(StageName.Invalid) { asked = try StageName(forNew: text) } catch {
      throw Diagnostic(
        "\(error)", hints: ["for example: checkpoint stage new stage-\(nextNumber(workspace))-webrtc-video"],
        code: .usage)
    }
    let all = StageFolders.names(in: workspace.worktree)
    let same = all.filter { $0.hasNumber(of: asked) }
    // A bare number means the folder that has it.
    let name = asked.isShort && same.count == 1 ? same[0] : asked
    let new = try NewStage(name, in: workspace.worktree)
    let others = same.filter { $0 != name }.map(\.slug)
    if !others.isEmpty {
      workspace.console.warning(
        "\(others.joined(separator: " and ")) \(others.count == 1 ? "has" : "have") the same number; each needs its whole name"
      )
    }
    if workspace.console.isJSON {
      struct View: Encodable { var stage: String, folder: String, written: [String], kept: [String] }
      try workspace.console.json(
        View(stage: name.slug, folder: "stages/\(name)", written: new.written, kept: new.kept))
      return .done
    }
    if !new.kept.isEmpty { workspace.console.remark("kept     \(new.kept.joined(separator: ", "))") }
    if !new.written.isEmpty { workspace.console.remark("written  \(new.written.joined(separator: ", "))") }
    workspace.console.remark("next     describe its goal and scope, then: checkpoint \(name)-start")
    workspace.console.result("stages/\(name)")
    return .done
  }

  /// One more than the highest, as wide as that.
  private static func nextNumber(_ workspace: Workspace) -> String {
    guard let last = StageFolders.names(in: workspace.worktree).last else { return "01" }
    let digits = last.id.dropFirst("stage-".count)
    guard let number = Int(digits), number < .max else { return "01" }
    let text = String(number + 1)
    return String(repeating: "0", count: max(0, digits.count - text.count)) + text
  }

  private static func listStages(_ workspace: Workspace) throws -> ExitCode {
    let (all, unreadable) = try overview(workspace)
    if workspace.console.isJSON {
      try workspace.console.json(all.map { StageView($0) })
    } else if all.isEmpty {
      workspace.console.remark(
        "no stage yet: checkpoint stage new stage-01-NAME, or checkpoint stage-01-start")
    } else {
      for line in StageText.table(all, now: workspace.clock.now()) { workspace.console.result(line) }
    }
    return unreadable ? .partly : .done
  }

  private static func showStage(_ text: String?, _ workspace: Workspace) throws -> ExitCode {
    let (all, unreadable) = try overview(workspace)
    let stage = try StageOverview.select(text, among: all)
    for problem in stage.problems { workspace.console.warning(problem) }
    if workspace.console.isJSON {
      try workspace.console.json(StageView(stage))
    } else {
      for line in StageText.lines(stage, now: workspace.clock.now()) { workspace.console.result(line) }
    }
    return unreadable ? .partly : .done
  }

  /// Folders can be looked at before there is a store.
  private static func overview(_ workspace: Workspace) throws -> ([StageOverview], unreadable: Bool) {
    var manifests: [Manifest] = []
    var unreadable: [UnreadableManifest] = []
    if Store.exists(at: workspace.project.storePath) {
      (manifests, unreadable) = try Catalog(workspace.openStore()).manifests(named: { $0.hasPrefix("stage-") }
      )
    }
    for problem in unreadable { workspace.console.warning("\(problem)") }
    return (StageOverview.all(manifests, in: workspace.worktree), !unreadable.isEmpty)
  }
}

extension StageProblem {
  var diagnostic: Diagnostic {
    let near = candidates.isEmpty ? [] : ["did you mean: \(candidates.joined(separator: ", "))?"]
    return Diagnostic(
      "\(self)", hints: near + ["checkpoint stage list shows them all; checkpoint stage new makes one"])
  }
}

extension Workspace {
  /// Runs the tests of a stage that is to be completed, if there are any and they are wanted.
  func tests(of stage: Stage, named name: CheckpointName) throws -> TestRun? {
    let isWanted = !invocation.has("--no-tests")
    guard stage.phase == .complete else {
      if isWanted { return nil }
      throw UsageError(description: "--no-tests is for complete: no other phase runs them")
    }
    guard var command = try TestCommand(project.settings) else { return nil }
    if !isWanted { return command.skipped }
    if try project.settings.isFromCommittedFile(.testCommand) && !isTrusted {
      throw UntrustedCommands(
        [(SettingKey.testCommand.setting.shown(), Format.visible(command.text))],
        without: "--no-tests completes the stage without them, which does not make it stable")
    }
    // What would fail in any case had better fail before.
    try JournalFile(openOrCreateStore()).requireNone()
    let passwords = try locateDatabases().map { $0.parameters.values["password"] }
    command.secrets = (passwords + [ProcessEnvironment.variables["PGPASSWORD"]]).compactMap { $0 }
    command.secrets += DotEnv.secrets(in: worktree)
    if !console.isQuiet { Console.say("tests: \(Format.visible(command.text))", to: 2) }
    var last: UInt8 = 0x0A
    let run = try command.run(for: name, of: stage, in: worktree) { piece in
      guard !console.isQuiet else { return }
      Console.pass(piece, to: 2)
      last = piece.last ?? last
    }
    if last != 0x0A { Console.say("", to: 2) }
    if console.isQuiet && run.outcome.isFailure {
      for line in (run.tail ?? "").split(separator: "\n").suffix(20) {
        Console.say(Format.visible(String(line)), to: 2)
      }
    }
    return run
  }
}

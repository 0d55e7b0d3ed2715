// `checkpoint stage new`: a stage's folder from a template.

import Checkpoints

extension Command {
  static let newStage = Command(
    name: "new", operands: [.one("STAGE")],
    summary: "make a stage's folder: goal and scope, a checklist for each phase, the way back",
    details: """
      It makes stages/STAGE with README.md (goal and scope), progress.md (a checklist for each phase) and
      rollback.md (the commands that lead back). Of a folder that is there, only what is missing is added.
      """,
    examples: ["checkpoint stage new stage-02-webrtc-video"]
  ) { invocation in
    try newStage(invocation.operands[0], Workspace(invocation))
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
    // A bare number means the folder with that number.
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

  /// The highest number plus one, with as many digits.
  private static func nextNumber(_ workspace: Workspace) -> String {
    guard let last = StageFolders.names(in: workspace.worktree).last else { return "01" }
    let digits = last.id.dropFirst("stage-".count)
    guard let number = Int(digits), number < .max else { return "01" }
    let text = String(number + 1)
    return String(repeating: "0", count: max(0, digits.count - text.count)) + text
  }
}

// `checkpoint stage show`: where one stage stands.

import Checkpoints

extension Command {
  static let showStage = Command(
    name: "show", operands: [.optional("STAGE", .stage)],
    summary: "show where a stage stands (default: the one with the newest checkpoint)",
    examples: ["checkpoint stage show stage-02"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let (all, unreadable) = try stageOverview(workspace)
    let stage = try StageOverview.select(invocation.operands.first, among: all)
    for problem in stage.problems { workspace.console.warning(problem) }
    if workspace.console.isJSON {
      try workspace.console.json(StageView(stage))
    } else {
      for line in StageText.lines(stage, now: workspace.now) { workspace.console.result(line) }
    }
    return unreadable ? .partly : .done
  }
}

// `checkpoint stage list`: all stages, and where each stands.

extension Command {
  static let listStages = Command(
    name: "list", summary: "list the stages: phases, progress, tests", examples: ["checkpoint stage list"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let (all, unreadable) = try stageOverview(workspace)
    if workspace.console.isJSON {
      try workspace.console.json(all.map { StageView($0) })
    } else if all.isEmpty {
      workspace.console.remark(
        "no stage yet: checkpoint stage new stage-01-NAME, or checkpoint stage-01-start")
    } else {
      for line in StageText.table(all, now: workspace.now) { workspace.console.result(line) }
    }
    return unreadable ? .partly : .done
  }
}

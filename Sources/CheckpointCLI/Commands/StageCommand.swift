// `checkpoint stage`: folders of stages, and where each stage stands.

import Checkpoints

extension Command {
  static let stages = Command(
    name: "stage", aliases: ["stages"],
    summary: "make a stage's folder, list the stages, or show one: phases, progress, tests",
    details: """
      A stage needs no folder. Every checkpoint of a stage records which boxes of its progress.md are done.
      STAGE is a whole name or a number, stage-02.
      """,
    examples: [
      "checkpoint stage new stage-02-webrtc-video", "checkpoint stage list", "checkpoint stage show stage-02",
    ]
  ).with(subcommands: [.newStage, .listStages, .showStage])

  /// The state of each stage. Prints a warning for what cannot be read.
  static func stageOverview(_ workspace: Workspace) throws -> ([StageOverview], unreadable: Bool) {
    let (stages, unreadable) = try workspace.session.stages()
    for problem in unreadable { workspace.console.warning("\(problem)") }
    return (stages, !unreadable.isEmpty)
  }
}

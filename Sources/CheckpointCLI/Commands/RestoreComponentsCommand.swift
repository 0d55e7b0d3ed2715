// `checkpoint restore components`: directories that the settings have given a name.

import Checkpoints
import Operations

extension Command {
  static let restoreComponents = Command(
    name: "components", operands: [.one("NAME,NAME"), .one("SELECTOR", .checkpoint)],
    summary: "make the directories of components as they were, and nothing else",
    details: """
      Components are the [component "NAME"] sections in .checkpointconfig. Files in their directories that
      came later are removed. HEAD and the index stay. “checkpoint undo” brings back what was replaced.
      """,
    options: [
      .flag("--keep-untracked", help: "leave untracked files that came later")
    ] + restoreOptions + [SharedOptions.takeAddress] + SharedOptions.database,
    examples: ["checkpoint restore components CustomVideo,GoogleMeet stage-02-start"],
    exitCodes: rollbackCodes
  ) { invocation in
    let names = invocation.operands[0].commaSeparated
    if names.isEmpty { throw UsageError(description: "no component is named") }
    return try restore(invocation.operands[1], invocation) { .directories(try $0.components(names)) }
  }
}

// `checkpoint restore components`: directories that the settings have given a name.

import Checkpoints
import FileSystem

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
    ] + restoreOptions + [AddressPlan.option] + SharedOptions.database,
    examples: ["checkpoint restore components CustomVideo,GoogleMeet stage-02-start"],
    exitCodes: rollbackCodes
  ) { invocation in
    let names = invocation.operands[0].commaSeparated
    if names.isEmpty { throw UsageError(description: "no component is named") }
    return try restore(invocation.operands[1], invocation) { recorded, workspace in
      .directories(
        try names.flatMap { name in
          let paths = try directories(of: name, workspace.project.settings)
          // A component that the checkpoint does not have would be removed instead of restored.
          for path in paths where try recorded.objects.entry(at: path, in: recorded.worktree) == nil {
            if recorded.kept.contains(where: { $0.isInside(path) }) { continue }
            throw RollbackProblem.nothingToRestore(recorded.target.id, "\(path), of the component \(name)")
          }
          return paths
        })
    }
  }

  private static func directories(of name: String, _ settings: Settings) throws -> [BytePath] {
    let components = settings.components
    if let paths = components[name] {
      // The top would be the whole project, and what lies outside is not the project's.
      for path in paths where path.isEmpty || path.isAbsolute || path.components.first == ".." {
        throw Settings.Invalid(
          key: SettingKey.componentPath.setting.shown(in: name), value: "\(path)",
          expected: "a directory or file inside the project")
      }
      return paths.map { BytePath.normalized($0) }
    }
    let known = components.keys.sorted().joined(separator: ", ")
    throw UsageError(
      description: "no component is called “\(name)”",
      hints: [
        known.isEmpty
          ? "in \(Settings.fileName): [component \"\(name)\"] with path = DIRECTORY" : "components: \(known)"
      ])
  }
}

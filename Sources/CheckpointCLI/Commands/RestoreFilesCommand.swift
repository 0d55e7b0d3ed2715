// `checkpoint restore files`: recorded files, chosen by git's pathspecs.

import Checkpoints
import FileSystem
import Operations

extension Command {
  static let restoreFiles = Command(
    name: "files", operands: [.one("SELECTOR", .checkpoint), .any("PATHSPEC", .file)],
    summary: "write recorded files: all, or those that git's pathspecs match",
    details: """
      Files that the checkpoint does not have stay as they are: none are removed. HEAD and the index stay.
      “checkpoint undo” brings back what was replaced.
      """,
    options: restoreOptions + [SharedOptions.takeAddress] + SharedOptions.database,
    examples: [
      "checkpoint restore files latest",
      "checkpoint restore files stage-02-start src/models ':!*.generated.ts'",
    ],
    exitCodes: rollbackCodes
  ) { invocation in
    let pathspecs = invocation.operands.dropFirst().map { BytePath($0) }
    return try restore(invocation.operands[0], invocation) {
      .files(try $0.matching(pathspecs, from: FileTree.currentDirectory()))
    }
  }
}

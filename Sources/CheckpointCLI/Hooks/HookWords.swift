// What a hook prints about its checkpoint, and what it prints and returns to git if there is none.

import Checkpoints
import FileSystem
import Formatting

struct HookWords {
  private let hook: GitHook
  private let blocks: Bool

  init(_ hook: GitHook, blocks: Bool) { (self.hook, self.blocks) = (hook, blocks) }

  /// The exit code that lets git go on, or stops it.
  var codeWithout: Int32 { (blocks ? ExitCode.failed : .done).rawValue }

  /// Why there is none, and what to do. If git stops, the first hint is how to go on without a checkpoint.
  func none(_ diagnostic: Diagnostic) -> String {
    let what = hook == .preCommit ? "this commit" : hook == .prePush ? "this push" : "this switch"
    let command = hook == .preCommit ? "git commit" : "git push"
    let way =
      "to go on without one: CHECKPOINT=0 \(command) …; always: git config checkpoint.hooks.failure warn"
    let hints = (blocks ? [way] : []) + diagnostic.hints.prefix(1)
    return (["checkpoint: none before \(what): \(diagnostic.message)"] + hints.map { "hint: \($0)" })
      .joined(separator: "\n")
  }

  /// What is missing in a checkpoint that was taken.
  func without(_ created: CreatedCheckpoint) -> String {
    let count = created.unreadable.count + (created.manifest.git.leftOut?.count ?? 0)
    let files = count == 0 ? "" : "; without \(Format.plural(count, "file")): checkpoint show"
    let missing = (created.manifest.missing ?? []).map { Format.visible($0.label) }
    return missing.isEmpty
      ? files
      : "\(files); warning: without the database \(missing.joined(separator: ", ")), which was not found:"
        + " checkpoint status"
  }
}

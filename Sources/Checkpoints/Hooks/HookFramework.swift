// Programs that keep a project's hooks themselves, how they are recognised, and how checkpoint gets along with each.
// husky runs files of the project's, to which a line is added. lefthook writes its hooks anew whenever its configuration
// changes, so the command belongs there. pre-commit sets unstaged changes aside while it runs what is in its configuration, so
// they would not be recorded; so our script takes its place and calls it first.

import FileSystem

package enum HookFramework: Sendable, Hashable {
  /// The project's files that it runs are in this directory, one for each hook.
  case husky(directory: BytePath)
  case lefthook(configuration: BytePath)
  /// It was installed after our script, and has moved that there.
  case preCommit(legacy: BytePath)

  package var name: String {
    switch self {
    case .husky: "husky"
    case .lefthook: "lefthook"
    case .preCommit: "pre-commit"
    }
  }

  /// The one that keeps a hook; nil if none does.
  package static func find(
    for hook: GitHook, in directory: HookDirectory, worktree: BytePath
  ) -> HookFramework? {
    let parts = directory.path.components
    if parts.last == ".husky" { return .husky(directory: directory.path) }
    if parts.last == "_", parts.dropLast().last == ".husky", let parent = directory.path.parent {
      return .husky(directory: parent)
    }
    let kept = try? FileTree.readAll(directory.earlier(hook))
    let text = String(decoding: (kept ?? directory.contents(hook) ?? []).prefix(1 << 16), as: UTF8.self)
    if text.contains("pre-commit.com") { return .preCommit(legacy: directory.legacy(hook)) }
    let configuration = ["lefthook", ".lefthook", ".config/lefthook"].flatMap { name in
      ["yml", "yaml", "toml", "json", "jsonc"].map { BytePath("\(name).\($0)") }
    }.first { FileTree.exists(worktree.appending($0)) }
    if let configuration { return .lefthook(configuration: configuration) }
    return text.contains("lefthook") && kept == nil ? .lefthook(configuration: "lefthook.yml") : nil
  }

  /// The line for a file of the project's. Developers without the program are not held up by it, nor is anyone by its crash.
  package static func line(for hook: GitHook) -> String {
    "if command -v checkpoint >/dev/null; then checkpoint hooks run \(hook.rawValue) -- \"$@\" || [ $? -gt 1 ]; fi"
  }

  /// What to write into lefthook's configuration.
  package static func lefthookText(for hook: GitHook) -> String {
    let input = hook == .prePush ? "\n      use_stdin: true" : ""
    return """
      \(hook.rawValue):
        commands:
          checkpoint:
            run: if command -v checkpoint >/dev/null; then checkpoint hooks run \(hook.rawValue) -- {0} || [ $? -gt 1 ]; fi\(input)
      """
  }

  /// Whether it runs our hook already.
  package func callsUs(_ hook: GitHook, worktree: BytePath) -> Bool {
    func holds(_ file: BytePath) -> Bool {
      guard let bytes = try? FileTree.readAll(file) else { return false }
      return bytes.firstRange(of: Array("checkpoint hooks run \(hook.rawValue)".utf8)) != nil
    }
    switch self {
    case .husky(let directory): return holds(directory.appending(hook.rawValue))
    case .lefthook(let configuration): return holds(worktree.appending(configuration))
    case .preCommit(let legacy): return (try? FileTree.readAll(legacy)).map(GitHook.isOurs) ?? false
    }
  }
}

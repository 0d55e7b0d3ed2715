// Programs that manage a project's hooks, how they are recognised, and how checkpoint works together with each. husky runs
// files of the project, to which a line is added. lefthook rewrites its hooks whenever its configuration changes, so the
// command belongs in the configuration. pre-commit runs the commands of its configuration while unstaged changes are
// stashed, so that they would not be recorded; therefore our script comes first and calls pre-commit.

import FileSystem

package enum HookFramework: Sendable, Hashable {
  /// It runs a file of the project for each hook; they are in this directory.
  case husky(directory: BytePath)
  case lefthook(configuration: BytePath)
  /// It was installed after our script and has moved that to this path.
  case preCommit(legacy: BytePath)

  package var name: String {
    switch self {
    case .husky: "husky"
    case .lefthook: "lefthook"
    case .preCommit: "pre-commit"
    }
  }

  /// The program that manages a hook; nil if there is none.
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

  /// The line for a file of the project. It is skipped if the program is not installed, and a crash of the program does not
  /// stop git.
  package static func line(for hook: GitHook) -> String {
    "if command -v checkpoint >/dev/null; then checkpoint hooks run \(hook.rawValue) -- \"$@\" || [ $? -gt 1 ]; fi"
  }

  /// The text for lefthook's configuration.
  package static func lefthookText(for hook: GitHook) -> String {
    let input = hook == .prePush ? "\n      use_stdin: true" : ""
    return """
      \(hook.rawValue):
        commands:
          checkpoint:
            run: if command -v checkpoint >/dev/null; then checkpoint hooks run \(hook.rawValue) -- {0} || [ $? -gt 1 ]; fi\(input)
      """
  }

  /// Whether it already calls checkpoint.
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

// Installs, shows and removes hooks, and prints what was done. If another program manages the project's hooks, its file is
// changed after a question, or the lines for it are shown.

import Checkpoints
import FileSystem
import Formatting
import Git

struct HookSetup {
  private let workspace: Workspace
  private let directory: HookDirectory
  private let program: BytePath

  init(_ workspace: Workspace) throws {
    self.workspace = workspace
    directory = try HookDirectory(workspace.project.location)
    program = try FileTree.canonical(DetachedProgram.ownProgram)
  }

  private var console: Console { workspace.console }

  private func framework(_ hook: GitHook) -> HookFramework? {
    HookFramework.find(for: hook, in: directory, worktree: workspace.worktree)
  }

  /// The path as it is shown: relative to the top of the working tree if it is below it.
  private func shown(_ path: BytePath) -> String {
    let top = workspace.worktree.appending("")
    return Format.visible(
      path.hasPrefix(top) ? "\(BytePath(path.bytes.dropFirst(top.bytes.count)))" : "\(path)")
  }

  /// Whether git calls us for anything.
  var isInstalled: Bool {
    get throws {
      try GitHook.allCases.contains { hook in
        let state = try directory.state(hook, program: program)
        return [.installed, .outdated, .edited].contains(state)
          || framework(hook)?.callsUs(hook, worktree: workspace.worktree) == true
      }
    }
  }

  // MARK: Install

  /// - Parameter isTold: false if the caller reports the result.
  func install(_ hooks: [GitHook], isTold: Bool = true) throws -> ExitCode {
    if let scope = directory.sharedBy {
      let place =
        "\(directory.path) holds the hooks of all repositories (core.hooksPath in git's \(scope) settings);"
        + " they do nothing in a repository without a store"
      if workspace.invocation.has("--yes") {
        console.remark("\(place)\n")
      } else if try !console.confirm("\(place); install there?", isAnswered: false) {
        return .failed
      }
    }
    try switchOff(false)
    // Wrong settings are reported now, and not at the next commit.
    for hook in hooks { _ = try HookSettings(workspace.project.settings, for: hook) }
    let results = try hooks.map { try Result(hook: $0, words: install($0)) }
    if isTold { return try report(results) }
    return results.allSatisfy(\.words.isDone) ? .done : .partly
  }

  private struct Result {
    var hook: GitHook
    var words: (text: String, isDone: Bool)
  }

  private func install(_ hook: GitHook) throws -> (text: String, isDone: Bool) {
    let framework = framework(hook)
    if let framework, framework.callsUs(hook, worktree: workspace.worktree) {
      return ("\(framework.name) calls it already", true)
    }
    switch framework {
    case .husky(let place):
      return try addLine(to: place.appending(hook.rawValue), HookFramework.line(for: hook))
    case .lefthook(let file):
      console.remark("lefthook writes its hooks anew whenever \(file) changes; add to that file:\n")
      console.remark(HookFramework.lefthookText(for: hook) + "\n")
      if hook == .preCommit {
        console.remark(
          "(While its hooks run, lefthook hides unstaged changes to files that are staged in part: these are not recorded.)\n"
        )
      }
      return ("not installed: \(file) does not call it", false)
    case .preCommit, nil:
      let before = try directory.state(hook, program: program)
      try directory.install(hook, program: program)
      let kept =
        directory.keepsEarlier(hook)
        ? "; \(framework?.name ?? "the hook that was there") is called first" : ""
      let done =
        before == .installed ? "installed already" : before == .outdated ? "written anew" : "installed"
      return ("\(done): \(shown(directory.file(hook)))\(kept)", true)
    }
  }

  private func addLine(to file: BytePath, _ line: String) throws -> (text: String, isDone: Bool) {
    let isAnswered = workspace.invocation.has("--yes")
    if isAnswered || console.canAsk,
      try console.confirm("add to \(shown(file)):\n  \(line)\n?", isAnswered: isAnswered)
    {
      try HookLine(file, line).add()
      return ("a line in \(shown(file)), which is the project's: commit it", true)
    }
    console.remark("husky runs \(shown(file)); add to it, or answer with --yes:\n\n  \(line)\n")
    return ("not installed: \(shown(file)), which husky runs, does not call it", false)
  }

  // MARK: Uninstall

  /// Sets or clears the setting that switches the hooks off in this repository.
  private func switchOff(_ isOff: Bool) throws {
    let key = BytePath(SettingKey.hooksOff.setting.inGit())
    let git = workspace.project.location.git
    if isOff {
      try git.run(["config", key, "true"])
    } else {
      // 5: it was not set.
      try git.run(["config", "--unset-all", key], accepting: [0, 5])
    }
  }

  func uninstall(_ hooks: [GitHook]) throws -> ExitCode {
    if let scope = directory.sharedBy, try isInstalled, !workspace.invocation.has("--everywhere") {
      try switchOff(true)
      try console.outcome(
        "they do nothing in this repository any more; \(directory.path) holds the hooks of all repositories (core.hooksPath in "
          + "git's \(scope) settings), so they stay there for the others: --everywhere takes them away from all"
      )
      return .done
    }
    return try report(hooks.compactMap { hook in try uninstall(hook).map { Result(hook: hook, words: $0) } })
  }

  /// nil if no hook of ours is installed.
  private func uninstall(_ hook: GitHook) throws -> (text: String, isDone: Bool)? {
    switch framework(hook) {
    case .husky(let place):
      let file = place.appending(hook.rawValue)
      return try HookLine(file, HookFramework.line(for: hook)).remove()
        ? ("the line in \(shown(file)) is gone", true) : nil
    case .lefthook(let file)? where framework(hook)?.callsUs(hook, worktree: workspace.worktree) == true:
      return ("take “checkpoint hooks run \(hook.rawValue)” out of \(file)", false)
    case .preCommit(let legacy)? where framework(hook)?.callsUs(hook, worktree: workspace.worktree) == true:
      try FileTree.remove(legacy)
      return ("removed from where pre-commit kept it: \(shown(legacy))", true)
    default:
      let keepsEarlier = directory.keepsEarlier(hook)
      if try directory.uninstall(hook) {
        return (keepsEarlier ? "the hook that was there before is back" : "removed", true)
      }
      if try directory.state(hook, program: program) == .edited {
        return ("left alone: \(shown(directory.file(hook))) was changed since checkpoint wrote it", false)
      }
      guard keepsEarlier else { return nil }
      let earlier = shown(directory.earlier(hook))
      return ("left alone: another file replaced it; the hook that was there before is \(earlier)", false)
    }
  }

  private func report(_ results: [Result]) throws -> ExitCode {
    let isDone = results.allSatisfy(\.words.isDone)
    if console.isJSON {
      struct View: Encodable { var hook: String, result: String, isDone: Bool }
      try console.json(
        results.map { View(hook: $0.hook.rawValue, result: $0.words.text, isDone: $0.words.isDone) })
    } else if results.isEmpty {
      console.result("no hooks of checkpoint are installed here")
    }
    let rows = results.map { [$0.hook.rawValue, $0.words.text] }
    if !console.isJSON { for line in Format.table(rows) { console.result(line) } }
    return isDone ? .done : .partly
  }

  // MARK: Status

  private struct View: Encodable {
    struct Hook: Encodable {
      var name: String
      var state: String
      var file: String
      var framework: String?
      var callsEarlier: Bool
      var wait: Bool
      var failure: String
      var timeout: Int
      var quiet: Bool
    }

    var directory: String
    var sharedBy: String?
    var isOff: Bool
    var branches: [String]
    var hooks: [Hook]
  }

  func show() throws -> ExitCode {
    let settings = workspace.project.settings
    let views = try GitHook.allCases.map { hook -> View.Hook in
      let (framework, own) = (framework(hook), try HookSettings(settings, for: hook))
      let isCalled = framework?.callsUs(hook, worktree: workspace.worktree) == true
      return View.Hook(
        name: hook.rawValue,
        state: isCalled
          ? "called by \(framework?.name ?? "")" : try directory.state(hook, program: program).rawValue,
        file: "\(directory.file(hook))", framework: framework?.name,
        callsEarlier: directory.keepsEarlier(hook), wait: own.waits, failure: own.blocks ? "block" : "warn",
        timeout: own.timeout, quiet: own.isQuiet)
    }
    let branches = try HookSettings(settings, for: .preCommit).branches
    let isOff = try GitHook.allCases.contains { try HookSettings(settings, for: $0).isOff }
    if console.isJSON {
      try console.json(
        View(
          directory: "\(directory.path)", sharedBy: directory.sharedBy, isOff: isOff, branches: branches,
          hooks: views))
      return .done
    }
    var rows = [["directory", shown(directory.path) + (directory.sharedBy.map { " (\($0))" } ?? "")]]
    if isOff {
      rows.append(["here", "switched off (\(SettingKey.hooksOff.setting.inGit())): checkpoint hooks install"])
    }
    for view in views { rows.append([view.name, words(view, branches)]) }
    for line in Format.table(rows) { console.result(line) }
    return .done
  }

  private func words(_ view: View.Hook, _ branches: [String]) -> String {
    let earlier = view.callsEarlier ? ", calls the hook that was there first" : ""
    switch view.state {
    case HookDirectory.State.missing.rawValue: return "not installed"
    case HookDirectory.State.edited.rawValue: return "installed, and changed by hand since\(earlier)"
    case HookDirectory.State.other.rawValue: return "not installed; there is another one"
    case HookDirectory.State.outdated.rawValue:
      return "installed, but not as this version writes it\(earlier): checkpoint hooks install"
    default:
      if view.name == GitHook.postCheckout.rawValue { return "\(view.state)\(earlier)" }
      let on = view.name == GitHook.preCommit.rawValue ? " on \(branches.joined(separator: ", "))" : ""
      let waits = view.wait ? ", git waits for it" : ""
      return
        "\(view.state)\(on)\(earlier)\(waits); \(view.failure)s if there is none, after \(view.timeout) s at most"
    }
  }
}

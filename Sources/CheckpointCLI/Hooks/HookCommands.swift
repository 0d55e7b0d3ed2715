// Installing, showing and removing hooks: the questions before it, and the words for what was done.

import Checkpoints
import FileSystem
import Formatting
import Operations

struct HookCommands {
  private let workspace: Workspace
  private let setup: HookSetup

  init(_ workspace: Workspace) throws {
    self.workspace = workspace
    setup = try HookSetup(workspace.session, program: FileTree.canonical(DetachedProgram.ownProgram))
  }

  private var console: Console { workspace.console }
  private var directory: HookDirectory { setup.directory }

  /// The path as it is shown: relative to the top of the working tree if it is below it.
  private func shown(_ path: BytePath) -> String {
    let top = workspace.worktree.appending("")
    return Format.visible(
      path.hasPrefix(top) ? "\(BytePath(path.bytes.dropFirst(top.bytes.count)))" : "\(path)")
  }

  /// Whether git calls us for anything.
  var isInstalled: Bool {
    get throws { try setup.standings().contains(where: \.isInstalled) }
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
    let changes = try setup.install(hooks, mayAdd: mayAdd)
    for case (let hook, .leftToConfiguration(let file)) in changes { explain(hook, file) }
    if isTold { return try report(changes) }
    return changes.allSatisfy(\.change.isDone) ? .done : .partly
  }

  private func mayAdd(_ line: String, to file: BytePath) throws -> Bool {
    let isAnswered = workspace.invocation.has("--yes")
    if isAnswered || console.canAsk,
      try console.confirm("add to \(shown(file)):\n  \(line)\n?", isAnswered: isAnswered)
    {
      return true
    }
    console.remark("husky runs \(shown(file)); add to it, or answer with --yes:\n\n  \(line)\n")
    return false
  }

  private func explain(_ hook: GitHook, _ file: BytePath) {
    console.remark(
      "lefthook writes its hooks anew whenever \(shown(file)) changes; add to that file:\n")
    console.remark(HookFramework.lefthookText(for: hook) + "\n")
    if hook == .preCommit {
      console.remark(
        "(While its hooks run, lefthook hides unstaged changes to files that are staged in part: these are not recorded.)\n"
      )
    }
  }

  // MARK: Uninstall

  func uninstall(_ hooks: [GitHook]) throws -> ExitCode {
    if let scope = directory.sharedBy, try isInstalled, !workspace.invocation.has("--everywhere") {
      try setup.switchOff(true)
      try console.outcome(
        "they do nothing in this repository any more; \(directory.path) holds the hooks of all repositories (core.hooksPath in "
          + "git's \(scope) settings), so they stay there for the others: --everywhere takes them away from all"
      )
      return .done
    }
    return try report(setup.uninstall(hooks))
  }

  // MARK: Report

  private func report(_ changes: [(hook: GitHook, change: HookChange)]) throws -> ExitCode {
    if console.isJSON {
      struct View: Encodable { var hook: String, result: String, isDone: Bool }
      try console.json(
        changes.map {
          View(hook: $0.hook.rawValue, result: words($0.change, of: $0.hook), isDone: $0.change.isDone)
        })
    } else if changes.isEmpty {
      console.result("no hooks of checkpoint are installed here")
    } else {
      for line in Format.table(changes.map { [$0.hook.rawValue, words($0.change, of: $0.hook)] }) {
        console.result(line)
      }
    }
    return changes.allSatisfy(\.change.isDone) ? .done : .partly
  }

  private func words(_ change: HookChange, of hook: GitHook) -> String {
    switch change {
    case .calledAlready(let framework): return "\(framework.name) calls it already"
    case .lineAdded(let file): return "a line in \(shown(file)), which is the project's: commit it"
    case .lineRefused(let file): return "not installed: \(shown(file)), which husky runs, does not call it"
    case .leftToConfiguration(let file): return "not installed: \(shown(file)) does not call it"
    case .installed(let file, let before, let callsEarlier, let keeper):
      let kept = callsEarlier ? "; \(keeper?.name ?? "the hook that was there") is called first" : ""
      let done =
        switch before {
        case .installed: "installed already"
        case .outdated: "written anew"
        case .missing, .edited, .other: "installed"
        }
      return "\(done): \(shown(file))\(kept)"
    case .lineRemoved(let file): return "the line in \(shown(file)) is gone"
    case .stillCalled(let file):
      return "take “checkpoint hooks run \(hook.rawValue)” out of \(shown(file))"
    case .removedFromKeeper(let file): return "removed from where pre-commit kept it: \(shown(file))"
    case .removed(let earlierIsBack):
      return earlierIsBack ? "the hook that was there before is back" : "removed"
    case .leftEdited(let file): return "left alone: \(shown(file)) was changed since checkpoint wrote it"
    case .leftReplaced(let earlier):
      return "left alone: another file replaced it; the hook that was there before is \(shown(earlier))"
    }
  }

  // MARK: Status

  func show() throws -> ExitCode {
    let hooks = try setup.standings().map { standing in
      (standing, try HookSettings(workspace.project.settings, for: standing.hook))
    }
    let branches = try HookSettings(workspace.project.settings, for: .preCommit).branches
    let isOff = hooks.contains(where: \.1.isOff)
    if console.isJSON {
      try console.json(
        HookReport(
          directory: "\(directory.path)", sharedBy: directory.sharedBy, isOff: isOff, branches: branches,
          hooks: hooks.map(HookReport.Hook.init)))
      return .done
    }
    var rows = [["directory", shown(directory.path) + (directory.sharedBy.map { " (\($0))" } ?? "")]]
    if isOff {
      rows.append(["here", "switched off (\(SettingKey.hooksOff.setting.inGit())): checkpoint hooks install"])
    }
    for (standing, settings) in hooks { rows.append([standing.hook.rawValue, words(standing, settings)]) }
    for line in Format.table(rows) { console.result(line) }
    return .done
  }

  private func words(_ standing: HookStanding, _ settings: HookSettings) -> String {
    let earlier = standing.callsEarlier ? ", calls the hook that was there first" : ""
    if !standing.isCalledByFramework {
      switch standing.state {
      case .missing: return "not installed"
      case .edited: return "installed, and changed by hand since\(earlier)"
      case .other: return "not installed; there is another one"
      case .outdated:
        return "installed, but not as this version writes it\(earlier): checkpoint hooks install"
      case .installed: break
      }
    }
    let state = HookReport.Hook(standing, settings).state
    if standing.hook == .postCheckout { return "\(state)\(earlier)" }
    let on = standing.hook == .preCommit ? " on \(settings.branches.joined(separator: ", "))" : ""
    let (waits, failure) = (settings.waits ? ", git waits for it" : "", settings.blocks ? "blocks" : "warns")
    return
      "\(state)\(on)\(earlier)\(waits); \(failure) if there is none, after \(settings.timeout) s at most"
  }
}

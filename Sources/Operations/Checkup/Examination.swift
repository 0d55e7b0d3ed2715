// Looks at everything that must be right for checkpoints to be taken and to come back. What cannot be looked at is a finding, and
// hides nothing else.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting
import Git

extension ProjectSession {
  /// - Parameters:
  ///   - program: what git's hooks call.
  ///   - isMending: whether that is put right which can be without a risk.
  ///   - asksSources: whether databases are looked at, too.
  package func checkUp(program: BytePath, isMending: Bool, asksSources: Bool = true) throws -> Checkup {
    var session = self
    // A server that does not answer must not keep the user from the rest.
    session.choice.patience = min(session.choice.patience ?? 1.8, 1.8)
    var examination = Examination(
      session: session, program: program, isMending: isMending, asksSources: asksSources)
    try examination.run()
    return examination.checkup
  }
}

struct Examination {
  let session: ProjectSession
  let program: BytePath
  let isMending: Bool
  let asksSources: Bool
  var checkup = Checkup()

  private var project: Project { session.project }

  mutating func run() throws {
    try examine("git") { try $0.lookAtGit() }
    try examine("store") { try $0.lookAtStore() }
    if asksSources { try examine("sources") { try $0.lookAtSources() } }
    try examine("hooks") { try $0.lookAtHooks() }
    try examine("settings") { try $0.lookAtSettings() }
    try examine("trust") { try $0.lookAtTrust() }
    guard Store.exists(at: project.storePath) else { return }
    try examine("orphans") { try $0.lookAtOrphans() }
    try examine("files") { try $0.lookAtSecrets() }
    try examine("background") { try $0.lookAtWork() }
    try examine("log") { try $0.lookAtJournal() }
    try examine("schedule") { try $0.lookAtSchedule() }
  }

  private mutating func examine(_ area: String, _ look: (inout Examination) throws -> Void) throws {
    do { try look(&self) } catch {
      try Interruption.check()
      add(area, .wrong, Format.oneLine("\(error)"))
    }
  }

  mutating func add(_ area: String, _ state: Checkup.State, _ text: String, remedy: String? = nil) {
    checkup.findings.append(.init(area, state, text, remedy: remedy))
  }

  /// Something that is wrong, or was until `mend` put it right.
  mutating func add(_ area: String, wrong text: String, remedy: String, mend: () throws -> Void) throws {
    if !isMending { return add(area, .wrong, text, remedy: "\(remedy), or checkpoint doctor --fix") }
    try mend()
    add(area, .mended, text)
  }

  // MARK: Git

  /// Older ones lack what is asked of git.
  private static let neededGit = (2, 38)

  private mutating func lookAtGit() throws {
    let output = String(decoding: try project.location.git.run(["version"]), as: UTF8.self)
    let text = output.split(separator: " ").dropFirst(2).first.map { String($0.filter { $0 != "\n" }) } ?? "?"
    let numbers = text.split(separator: ".").prefix(2).compactMap { Int($0) }
    let isOld = numbers.count == 2 && (numbers[0], numbers[1]) < Self.neededGit
    let needed = "\(Self.neededGit.0).\(Self.neededGit.1)"
    if isOld {
      add("git", .wrong, "git \(text) is older than \(needed)", remedy: "install a newer git")
    } else {
      add("git", .fine, "git \(text)")
    }
  }

  private mutating func lookAtJournal() throws {
    if try !project.settings[.journald] || SystemJournal.isHere { return }
    add(
      "log", .wrong, "checkpoint.journald is set, and there is no journal of systemd here",
      remedy: "git config --unset checkpoint.journald; checkpoint log has all entries")
  }

  private mutating func lookAtSettings() throws {
    let file = session.worktree.appending(Settings.fileName)
    guard FileTree.exists(file) else { return }
    let listed = try project.location.git.run(["ls-files", "-z", "--", Settings.fileName])
    if listed.isEmpty {
      add(
        "settings", .note, "\(Settings.fileName) is not git's yet: other clones will not have it",
        remedy: "git add \(Settings.fileName)")
    }
  }

  private mutating func lookAtTrust() throws {
    let trust = try session.trust
    if trust.items.isEmpty { return }
    if trust.isGiven { return add("trust", .fine, "you have agreed to what comes with the repository") }
    let keys = trust.items.map(\.key).prefix(3).joined(separator: ", ")
    add(
      "trust", .note, "what came with the repository is not used: \(Format.visible(keys))",
      remedy: "read it, and agree: checkpoint trust")
  }

  private mutating func lookAtHooks() throws {
    let setup = try HookSetup(session, program: program)
    let standings = try setup.standings()
    let installed = standings.filter(\.isInstalled)
    try lookAtUnreachedHooks(setup)
    if try !installed.isEmpty && project.settings[.hooksOff] {
      return add("hooks", .note, "the hooks are switched off here", remedy: "checkpoint hooks install")
    }
    if installed.isEmpty {
      return add(
        "hooks", .note, "git takes no checkpoints by itself", remedy: "checkpoint hooks install")
    }
    for standing in installed where !standing.isCalledByFramework {
      let (name, file) = (standing.hook.rawValue, standing.file)
      if let status = try FileTree.status(file), status.permissions & 0o100 == 0 {
        try add(
          "hooks", wrong: "git ignores the hook \(name): it is not executable", remedy: "chmod +x \(file)"
        ) {
          try FileTree.setPermissions(file, status.permissions | 0o111)
        }
        continue
      }
      switch standing.state {
      case .outdated:
        let text = "the hook \(name) is of another version, or calls a program elsewhere"
        try add("hooks", wrong: text, remedy: "checkpoint hooks install") {
          _ = try setup.install([standing.hook], mayAdd: { _, _ in false })
        }
      case .edited:
        add("hooks", .note, "the hook \(name) was edited by hand: \(file)")
      case .missing, .installed, .other: break
      }
    }
    let called = try installed.filter { standing in
      try standing.isCalledByFramework
        || FileTree.status(standing.file).map { $0.permissions & 0o100 != 0 } ?? false
    }
    if called.isEmpty { return }
    add("hooks", .fine, "git calls: \(called.map(\.hook.rawValue).joined(separator: ", "))")
  }

  /// Hooks of ours in the repository's own directory, while core.hooksPath leads git to another one.
  private mutating func lookAtUnreachedHooks(_ setup: HookSetup) throws {
    let own = project.location.commonDirectory.appending("hooks")
    let (asked, there) = (try FileTree.status(setup.directory.path), try FileTree.status(own))
    if asked?.inode == there?.inode && asked?.device == there?.device { return }
    let unreached = GitHook.allCases.filter { hook in
      FileTree.readIfRegular(own.appending(BytePath(hook.rawValue)), limit: 1 << 16).map(GitHook.isOurs)
        ?? false
    }
    if unreached.isEmpty { return }
    add(
      "hooks", .wrong,
      "git does not call \(unreached.map(\.rawValue).joined(separator: ", ")) in \(own): core.hooksPath leads to \(setup.directory.path)",
      remedy: "checkpoint hooks install puts them there, or git config --unset core.hooksPath")
  }

  // MARK: Sources

  private mutating func lookAtSources() throws {
    if session.choice.leavesOut { return }
    let found = try session.find(for: .looking)
    for source in found.map(\.source) {
      let noun = "\(source.name)"
      do {
        let outlook = try source.outlook()
        let server = outlook.server.map { ", \($0)" } ?? ""
        let details = outlook.details.map { "; \($0)" }.joined()
        add(
          "sources", .fine, "\(noun): \(outlook.label)\(server), \(Format.bytes(outlook.byteCount))\(details)"
        )
        if let obstacle = outlook.obstacle {
          add(
            "sources", .wrong, "\(noun): \(obstacle)", remedy: "install the client programs of that version")
        }
        for limit in outlook.limits { add("sources", .note, "\(noun): \(limit)") }
        for leftover in try source.leftovers(except: nil) {
          add("sources", .note, "left by a trial that was killed: \(leftover.name)", remedy: "\(leftover)")
        }
      } catch {
        try Interruption.check()
        add(
          "sources", .wrong, "\(noun): \(Format.oneLine("\(error)"))", remedy: "checkpoint status says more")
      }
    }
    if found.isEmpty {
      add(
        "sources", .note, "no database was found, so none is recorded",
        remedy: session.clues().unnamed.map { "\($0) say where a server is: name the database" }
          ?? "set DATABASE_URL in .env, or checkpoint.database.url")
    }
  }
}

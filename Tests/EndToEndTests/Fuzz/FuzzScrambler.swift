// What may happen to a working copy after the checkpoint: edits, deletions, everything git does, or nothing.

import FileSystem
import Glibc
import TestSupport

extension FuzzRepository {
  private typealias Step = (weight: Int, body: @Sendable (FuzzRepository) throws -> Void)

  /// A few things at random, in any order.
  func scramble() throws {
    note("scramble:")
    if random.chance(0.06) { return note("nothing") }
    let steps = Self.steps
    for _ in 0..<random.number(1...5) {
      var left = random.number(0...(steps.reduce(0) { $0 + $1.weight } - 1))
      for step in steps {
        left -= step.weight
        if left < 0 {
          try step.body(self)
          break
        }
      }
    }
    try settleConversions()
  }

  private static let steps: [Step] = [
    (10, { try $0.scrambleFiles() }), (3, { try $0.removeMuch() }), (5, { try $0.addMuch() }),
    (4, { try $0.commitSomething() }), (4, { try $0.goElsewhere() }), (4, { try $0.reset() }),
    (3, { try $0.beginSomething() }), (2, { try $0.endOperation() }), (3, { try $0.clean() }),
    (2, { try $0.changeIndex() }), (2, { try $0.moveBranches() }), (1, { try $0.collectGarbage() }),
    (1, { try $0.stash() }), (3, { try $0.changeModes() }),
  ]

  // MARK: Files

  private func scrambleFiles() throws {
    for path in random.some(random.number(1...6), of: try contents().all).filter({ !isFixed($0) }) {
      switch random.number(0...5) {
      case 0:
        note("remove \(short(path))")
        try remove(path)
      case 1: try replaceKind(path)
      case 2 where isReal(path):
        let new = newPath()
        if isFixed(new) || new.isInside(path) || path.isInside(new) { continue }
        note("move \(short(path)) to \(short(new))")
        try move(path, to: new)
      default:
        note("edit \(short(path))")
        _ = try edit(path)
      }
    }
  }

  /// Whole directories, or everything but git's directory and what is not ours.
  private func removeMuch() throws {
    if random.chance(0.5), let path = random.element(of: try contents().directories) {
      if try holdsForeignRepository(path) { return }
      note("remove \(short(path))/")
      try remove(path)
      if random.chance(0.3) { try write(path, random.text()) }
    } else {
      note("remove everything")
      for name in try FileTree.list(top) where try name != ".git" && !holdsForeignRepository(name) {
        try remove(name)
      }
    }
  }

  private func holdsForeignRepository(_ path: BytePath) throws -> Bool {
    guard hasForeignRepositories, try kind(path) == .directory else { return false }
    if FileTree.exists(full(path).appending(".git")) { return true }
    return try FileTree.list(full(path)).contains { try holdsForeignRepository(path.appending($0)) }
  }

  private func addMuch() throws {
    note("add files")
    for _ in 0..<random.number(1...4) {
      let path = try addFile(mode: random.chance(0.2) ? random.oddFileMode() : 0o644)
      if random.chance(0.1) { try replaceKind(path) }
    }
    if random.chance(0.2) { try write(".env", random.text(lines: 1...3), mode: 0o644) }
    if random.chance(0.2) { try write("src/.env.later", random.text(lines: 1...3), mode: 0o600) }
    if random.chance(0.2) { try write("build/later.o", random.fileBytes()) }
    if random.chance(0.1) { try write("later.log", random.fileBytes()) }
    if random.chance(0.1) { try addSpecialFile() }
    if Ingredient.emptyDirectories.isOn, random.chance(0.3) { try makeDirectory("later/empty") }
  }

  private func changeModes() throws {
    note("chmod")
    let present = try contents()
    for path in random.some(random.number(1...4), of: present.files) where isReal(path) {
      if random.chance(0.5) {
        try toggleExecutable(path)
      } else {
        try FileTree.setPermissions(full(path), random.oddFileMode())
      }
    }
    if random.chance(0.3) { for path in random.some(3, of: present.files) { touch(path) } }
    if Ingredient.directoryModes.isOn, random.chance(0.5) {
      for path in random.some(2, of: present.directories) {
        try FileTree.setPermissions(full(path), random.oddDirectoryMode())
      }
    }
  }

  // MARK: Git

  /// Git may refuse in the state that is there; that is as good as anything else it does.
  private func attempt(_ arguments: BytePath...) throws {
    note("git " + arguments.map(\.description).joined(separator: " "))
    try git(arguments, accepting: nil)
  }

  private func commitSomething() throws {
    if random.chance(0.6) { try attempt("add", "-A") }
    try attempt("commit", "-q", "-a", "--allow-empty", "-m", "Later")
  }

  private func goElsewhere() throws {
    switch random.number(0...4) {
    case 0: try attempt("checkout", "-q", "-f", "other")
    case 1: try attempt("checkout", "-q", "-f", "--detach", "HEAD~1")
    case 2: try attempt("checkout", "-q", "-m", "other")
    case 3: try attempt("checkout", "-q", "-f", "-b", "new")
    default: try attempt("switch", "-q", "--orphan", "orphan")
    }
  }

  private func reset() throws {
    let how: BytePath = random.element(of: ["--hard", "--mixed", "--soft", "--hard"]) ?? "--hard"
    let target: BytePath = random.element(of: ["HEAD", "HEAD~1", "other", "HEAD"]) ?? "HEAD"
    try attempt("reset", "-q", how, target)
  }

  private func beginSomething() throws {
    guard let operation = random.element(of: Ingredient.operations) else { return }
    if random.chance(0.5) { try attempt("reset", "-q", "--hard") }
    try begin(operation)
  }

  private func endOperation() throws {
    switch random.number(0...2) {
    case 0: try attempt("merge", "--abort")
    case 1: try attempt("cherry-pick", "--quit")
    default: try attempt("commit", "-q", "-a", "--no-edit")
    }
  }

  private func clean() throws {
    if random.chance(0.3) {
      try attempt("clean", "-q", "-f", "-d", "-x")
    } else {
      try attempt("clean", "-q", "-f", "-d")
    }
  }

  private func changeIndex() throws {
    switch random.number(0...4) {
    case 0: try attempt("add", "-A")
    case 1: try attempt("read-tree", "--empty")
    case 2: try attempt("read-tree", "other")
    case 3:
      note("remove the index")
      try FileTree.remove(gitDirectory.appending("index"))
    default:
      let entries = try git(["ls-files", "-z"]).output.split(separator: 0).map { BytePath($0) }
      note("git rm --cached")
      try git(
        ["update-index", "--force-remove", "-z", "--stdin"],
        input: random.some(3, of: entries).flatMap { $0.bytes + [0] }, accepting: nil)
    }
  }

  private func moveBranches() throws {
    switch random.number(0...3) {
    case 0: try attempt("branch", "-q", "-D", "main")
    case 1: try attempt("branch", "-q", "-f", "main", "other")
    case 2: try attempt("tag", "-f", "-a", "-m", "a tag", "v1")
    default: try attempt("branch", "-q", "more/branches", "HEAD")
    }
  }

  private func stash() throws {
    try attempt("stash", "-q", "-u")
    if random.chance(0.3) { try attempt("stash", "pop", "-q") }
  }

  private func collectGarbage() throws {
    if random.chance(0.5) { try attempt("reflog", "expire", "--expire=now", "--all") }
    try attempt("gc", "-q", "--prune=now")
  }
}

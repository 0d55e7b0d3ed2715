// What git may do to a working copy after the checkpoint. It may refuse in the state that is there; that is as
// good as anything else it does.

import FileSystem
import TestSupport

extension FuzzRepository {
  private func attempt(_ arguments: any BytePathConvertible...) throws {
    note("git " + arguments.map(\.bytePath.description).joined(separator: " "))
    try git(arguments.map(\.bytePath), accepting: nil)
  }

  func commitSomething() throws {
    if random.chance(0.6), !isPlaced { try attempt("add", "-A") }
    try attempt("commit", "-q", "-a", "--allow-empty", "-m", "Later")
  }

  func goElsewhere() throws {
    switch random.number(0...4) {
    case 0: try attempt("checkout", "-q", "-f", "other")
    case 1: try attempt("checkout", "-q", "-f", "--detach", "HEAD~1")
    case 2: try attempt("checkout", "-q", "-m", "other")
    case 3: try attempt("checkout", "-q", "-f", "-b", "new")
    default: try attempt("switch", "-q", "--orphan", "orphan")
    }
  }

  func reset() throws {
    let how: BytePath = random.element(of: ["--hard", "--mixed", "--soft", "--hard"]) ?? "--hard"
    let target: BytePath = random.element(of: ["HEAD", "HEAD~1", "other", "HEAD"]) ?? "HEAD"
    try attempt("reset", "-q", how, target)
  }

  func beginSomething() throws {
    guard let operation = random.element(of: Ingredient.operations) else { return }
    if random.chance(0.5) { try attempt("reset", "-q", "--hard") }
    try begin(operation)
  }

  func endOperation() throws {
    switch random.number(0...2) {
    case 0: try attempt("merge", "--abort")
    case 1: try attempt("cherry-pick", "--quit")
    default: try attempt("commit", "-q", "-a", "--no-edit")
    }
  }

  func clean() throws {
    if isPlaced { return }
    if random.chance(0.3) {
      try attempt("clean", "-q", "-f", "-d", "-x")
    } else {
      try attempt("clean", "-q", "-f", "-d")
    }
  }

  func changeIndex() throws {
    switch random.number(0...4) {
    case 0 where !isPlaced: try attempt("add", "-A")
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

  func moveBranches() throws {
    switch random.number(0...3) {
    case 0: try attempt("branch", "-q", "-D", "main")
    case 1: try attempt("branch", "-q", "-f", "main", "other")
    case 2: try attempt("tag", "-f", "-a", "-m", "a tag", "v1")
    default: try attempt("branch", "-q", "more/branches", "HEAD")
    }
  }

  func stash() throws {
    if isPlaced { return }
    try attempt("stash", "-q", "-u")
    if random.chance(0.3) { try attempt("stash", "pop", "-q") }
  }

  func collectGarbage() throws {
    if random.chance(0.5) { try attempt("reflog", "expire", "--expire=now", "--all") }
    try attempt("gc", "-q", "--prune=now")
  }

  func hideEdits() throws {
    let flag: BytePath =
      random.element(of: [
        "--assume-unchanged", "--skip-worktree", "--no-assume-unchanged", "--no-skip-worktree",
      ])
      ?? "--assume-unchanged"
    let entries = try git(["ls-files", "-z"]).output.split(separator: 0).map { BytePath($0) }
    let paths = random.some(random.number(1...3), of: entries.filter { !isFixed($0) })
    note("\(flag) \(paths.map(short).joined(separator: " "))")
    try git(["update-index", flag, "-z", "--stdin"], input: paths.flatMap { $0.bytes + [0] }, accepting: nil)
    for path in paths where random.chance(0.5) { _ = try edit(path) }
    for path in paths where random.chance(0.2) && isReal(path) { try remove(path) }
  }

  func changeSparseCheckout() throws {
    if ingredients.isDisjoint(with: [.sparseCone, .sparseIndex, .sparsePatterns]) { return }
    switch random.number(0...2) {
    case 0: try attempt("sparse-checkout", "disable")
    case 1: try attempt("sparse-checkout", "set", "lib")
    default: try attempt("sparse-checkout", "reapply")
    }
  }
}

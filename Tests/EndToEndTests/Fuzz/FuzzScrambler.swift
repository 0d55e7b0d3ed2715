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
    try scrambleTraps()
    // If an index lost all its entries, git 2.39 does not report what is gone in directories until it is written anew.
    if try git(["ls-files", "-z"]).output.isEmpty { try git(["read-tree", "--empty"], accepting: nil) }
    try refreshConversions()
  }

  private static let steps: [Step] = [
    (10, { try $0.scrambleFiles() }), (3, { try $0.removeMuch() }), (5, { try $0.addMuch() }),
    (4, { try $0.commitSomething() }), (4, { try $0.goElsewhere() }), (4, { try $0.reset() }),
    (3, { try $0.beginSomething() }), (2, { try $0.endOperation() }), (3, { try $0.clean() }),
    (2, { try $0.changeIndex() }), (2, { try $0.moveBranches() }), (1, { try $0.collectGarbage() }),
    (1, { try $0.stash() }), (3, { try $0.changeModes() }), (2, { try $0.leadElsewhere() }),
    (2, { try $0.changeRules() }), (2, { try $0.hideEdits() }), (2, { try $0.changeSparseCheckout() }),
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
      for name in try FileTree.list(top) where try !ownNames.contains(name) && !holdsForeignRepository(name) {
        try remove(name)
      }
    }
  }

  private func holdsForeignRepository(_ path: BytePath) throws -> Bool {
    guard hasForeignRepositories, try kind(path) == .directory else { return false }
    if path == Self.deadDirectory || isForeign(path) { return true }
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
    if random.chance(0.1), let path = random.element(of: try contents().files) { try addHardLink(to: path) }
    if random.chance(0.3), let nested = foreignRepositories.first(where: { FileTree.exists(full($0)) }) {
      try write(nested.appending("later.txt"), random.text())
    }
    if random.chance(0.2) { try makeDirectory("later/empty") }
  }

  /// A directory becomes a link, perhaps to a place where the same files are.
  private func leadElsewhere() throws {
    guard let path = random.element(of: try contents().directories), try !holdsForeignRepository(path),
      path.lastComponent.description.lowercased() != ".git"
    else { return }
    note("\(short(path)) is a link now")
    let target = random.linkTarget()
    // Git takes files that it reaches through a link to itself for unchanged.
    if target == path || random.chance(0.5) {
      try move(path, to: "moved away")
      try link(path, to: full("moved away"))
    } else {
      try link(path, to: target)
    }
  }

  /// What git ignores, and how it converts.
  private func changeRules() throws {
    switch random.number(0...3) {
    case 0:
      note("remove .gitattributes")
      try remove(".gitattributes")
    case 1:
      note("ignore nothing")
      try remove(".gitignore")
    case 2:
      note("ignore more")
      try write(".gitignore", Array(".env*\n*.log\nbuild/\n/cache\n*.txt\n*.json\n/src/deep/*.c\n".utf8))
    default:
      note("ignore *.c in src/")
      try write("src/.gitignore", Array("*.c\n*.js\n".utf8))
    }
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
    if random.chance(0.5) {
      for path in random.some(2, of: present.directories) {
        try FileTree.setPermissions(full(path), random.oddDirectoryMode())
      }
    }
  }
}

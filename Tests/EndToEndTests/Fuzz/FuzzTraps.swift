// Kinds of repositories that broke the program once. They are drawn in addition to the ingredients, by numbers of their own, so that
// the seeds of earlier failures still make the same repositories.

import FileSystem
import Glibc
import TestSupport

enum Trap: String, CaseIterable, Sendable {
  /// A bare git directory in the working tree, which the environment names, and untracked files hidden.
  case dotfiles
  /// A git directory in the working tree, to which a `.git` file leads.
  case gitInside
  /// Names that git takes into no tree.
  case refusedNames
  /// A `.git` file that leads nowhere.
  case deadGitFile
  /// Commits that not every parser takes.
  case oddCommit
  /// A full checkout that becomes a sparse one later.
  case sparseLater

  /// None with CHECKPOINT_FUZZ_TRAPS=0.
  static func draw(seed: UInt64, besides ingredients: Set<Ingredient>) -> Set<Trap> {
    if getenv("CHECKPOINT_FUZZ_TRAPS").map({ String(cString: $0) }) == "0" { return [] }
    var random = SeededGenerator(seed: seed ^ 0x7EA9_5EED)
    var drawn = Set(allCases.filter { _ in random.chance(0.12) })
    let elsewhere: Set<Ingredient> = [
      .shallow, .linkedWorktree, .submodule, .movedSubmodule, .nestedRepository, .worktreeConfig,
    ]
    if !ingredients.isDisjoint(with: elsewhere) { drawn.subtract([.dotfiles, .gitInside]) }
    if drawn.contains(.dotfiles) { drawn.subtract([.gitInside, .refusedNames, .deadGitFile]) }
    if ingredients.contains(.unborn) { drawn.subtract([.oddCommit, .sparseLater]) }
    // Git would take the author for its new commits.
    if !ingredients.isDisjoint(with: Ingredient.operations) { drawn.remove(.oddCommit) }
    return drawn
  }
}

extension FuzzRepository {
  /// Where git's directory is, from the top.
  static func place(_ traps: Set<Trap>) -> BytePath {
    traps.contains(.dotfiles) ? ".cfg" : traps.contains(.gitInside) ? "in here/git" : ".git"
  }

  /// Names in the top directory that are git's own.
  var ownNames: Set<BytePath> {
    [".git", Self.place(traps).components.first ?? ".git"]
  }

  /// Git itself would take its directory for work there.
  var isPlaced: Bool { !traps.isDisjoint(with: [.dotfiles, .gitInside]) }

  static let deadDirectory: BytePath = "dead end"

  /// Whether git takes a directory for a repository of its own.
  func isForeign(_ path: BytePath) -> Bool {
    path != Self.deadDirectory && FileTree.exists(full(path).appending(".git"))
  }

  /// After the history is there, before the work begins.
  func makeTraps() throws {
    if traps.contains(.deadGitFile) {
      try write(Self.deadDirectory.appending("tracked"), random.text(lines: 1...5))
      try stage([Self.deadDirectory.appending("tracked")])
      try write(Self.deadDirectory.appending(".git"), Array("gitdir: ../.git/modules/gone\n".utf8))
      try write(Self.deadDirectory.appending("untracked"), random.text(lines: 1...5))
    }
    if traps.contains(.refusedNames) {
      for path in Self.refusedNames where random.chance(0.6) { try write(path, random.text()) }
    }
    if traps.contains(.oddCommit) { try commitOddly() }
  }

  private static let refusedNames: [BytePath] = [".GIT/config", "src/git~1", ".git ", "odd/.Git/x/y"]

  static func isRefused(_ path: BytePath) -> Bool {
    path.components.contains { [".git", ".git ", "git~1"].contains($0.description.lowercased()) }
  }

  private func commitOddly() throws {
    let (parent, tree) = (
      try git(["rev-parse", "HEAD"]).lines[0], try git(["rev-parse", "HEAD^{tree}"]).lines[0]
    )
    let author =
      random.element(of: [
        "nobody", "A <a@b> 99999999999999999999 +0000", "A <<a@b>> 1790000000 +9999", "<> 0 +0000",
      ]) ?? "nobody"
    let subject: [UInt8] =
      random.element(of: [[], [0xFF, 0xFE, 0x0A], Array("\u{1B}[31mred\n".utf8), Array("\n\n\n".utf8)]) ?? []
    let text =
      Array("tree \(tree)\nparent \(parent)\nauthor \(author)\ncommitter D <d@e> 1790000000 +0000\n\n".utf8)
      + subject
    let id = try git(["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], input: text).lines[0]
    try git(["update-ref", "HEAD", BytePath(id)])
  }

  /// Whether a link is in the place of a directory with tracked files. Git 2.39 follows it when it makes a checkout sparse
  /// by cones, and removes all that it leads to.
  private func hasLinkedDirectory() throws -> Bool {
    let tracked = try git(["ls-files", "-z"]).output.split(separator: 0).map { BytePath($0) }
    return try Set(tracked.flatMap(\.ancestors)).contains { try kind($0) == .symbolicLink }
  }

  /// Beside what else happens after the checkpoint.
  func scrambleTraps() throws {
    if traps.contains(.sparseLater), random.chance(0.8), try !hasLinkedDirectory() {
      let kind: BytePath = random.chance(0.5) ? "--cone" : "--no-cone"
      note("git sparse-checkout set \(kind) lib")
      try git(["sparse-checkout", "set", kind, "lib"], accepting: nil)
    }
    if traps.contains(.deadGitFile), try kind(Self.deadDirectory) == .directory {
      note("change the dead end")
      for name in ["tracked", "untracked", "later"] as [BytePath] where random.chance(0.6) {
        try write(Self.deadDirectory.appending(name), random.text(lines: 1...5))
      }
    }
    if traps.contains(.refusedNames) {
      note("change names that git refuses")
      for path in Self.refusedNames where random.chance(0.5) {
        if random.chance(0.3) { try remove(path) } else { try write(path, random.text()) }
      }
    }
  }
}

extension FuzzPicture {
  /// What a rollback brings if untracked files are hidden and so no part of the state: `self` are the tracked files,
  /// and what was untracked last stays.
  /// - Parameters:
  ///   - before: when the checkpoint was taken.
  ///   - scrambled: before the rollback.
  func withHidden(_ before: FuzzPicture, _ scrambled: FuzzPicture) -> FuzzPicture {
    var expected = self
    expected.entries = before.entries.filter { before.tracked.contains($0.key) && $0.value.isFile }
    let files = Set(expected.entries.keys)
    let places = files.union(files.flatMap(\.ancestors)).union(before.tracked)
    for path in scrambled.untracked.union(scrambled.ignored) where !places.contains(path) {
      if let entry = scrambled.entries[path], entry.isFile, path.ancestors.allSatisfy({ !files.contains($0) })
      {
        expected.entries[path] = entry
      }
    }
    return expected
  }

  /// Whether a file that was not recorded is where a tracked one was missing: it stays, so git's status is another one.
  func fillsGap(in before: FuzzPicture) -> Bool {
    untracked.union(ignored).contains { before.tracked.contains($0) && before.entries[$0] == nil }
  }

  /// Only what another picture has as well.
  func restricted(to other: FuzzPicture) -> FuzzPicture {
    var picture = self
    picture.entries = entries.filter { other.entries[$0.key]?.isFile == true }
    picture.untracked = []
    return picture
  }
}

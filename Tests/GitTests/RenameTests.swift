// Names that differ in nothing but their case: on Linux these are two files, and a restore must not take one for
// the other.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Renames by case")
struct RenameTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    try repository.write("readme", "read me\n")
    try repository.write("src/Main.swift", "main\n")
    try repository.write("src/other.swift", "other\n")
    try repository.commit()
  }

  private func rename(_ old: BytePath, _ new: BytePath) throws {
    try SystemFileOperations().rename(repository.path(old), to: repository.path(new))
  }

  /// Every way in which the case of a file's name can have changed.
  enum Way: String, CaseIterable {
    case onDisk, staged, stagedAndChanged, committed
  }

  private func change(_ way: Way) throws {
    switch way {
    case .onDisk:
      try rename("readme", "README")
      try rename("src/Main.swift", "src/main.swift")
    case .staged, .stagedAndChanged, .committed:
      try repository.git("mv", "readme", "README")
      try repository.git("mv", "src/Main.swift", "src/main.swift")
      if way == .stagedAndChanged { try repository.write("README", "changed\n") }
      if way == .committed { try repository.commit("renamed") }
    }
  }

  private func names() throws -> [BytePath] {
    try FileTree.list(repository.worktree) + FileTree.list(repository.path("src"))
  }

  @Test("a renamed file comes back only under its new name", arguments: Way.allCases)
  func renamed(way: Way) throws {
    try change(way)
    try trip.expectUnchanged(moveBranch: true) {
      try repository.git("reset", "--quiet", "--hard", way == .committed ? "HEAD~1" : "HEAD")
      try repository.git("clean", "-fdq")
    }
    #expect(try names().contains("README") && !names().contains("readme"))
    #expect(try names().contains("main.swift") && !names().contains("Main.swift"))
  }

  @Test("a rename that came later is taken back", arguments: Way.allCases)
  func takenBack(way: Way) throws {
    try trip.expectUnchanged(moveBranch: true) { try change(way) }
    #expect(try names().contains("readme") && !names().contains("README"))
    #expect(try names().contains("Main.swift") && !names().contains("main.swift"))
  }

  @Test("a directory whose name changed its case", arguments: [true, false])
  func directory(isStaged: Bool) throws {
    func change() throws {
      if isStaged { try repository.git("mv", "src", "Src") } else { try rename("src", "Src") }
      try repository.write("Src/new", "untracked\n")
    }
    try trip.expectUnchanged { try change() }
    try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      try change()
      try repository.git("reset", "--quiet")
    }
    try repository.git("reset", "--quiet", "--hard")
    try repository.remove("Src")
    try change()
    try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      try repository.remove("Src")
    }
  }

  @Test("two files side by side whose names differ only in their case, each with its own contents")
  func sideBySide() throws {
    try repository.write("README", "READ ME\n")
    try repository.git("add", "README")
    try repository.write("ReadMe", "untracked\n")
    try trip.expectUnchanged {
      try repository.write("readme", "READ ME\n")
      try repository.write("README", "read me\n")
      try repository.remove("ReadMe")
    }
  }
}

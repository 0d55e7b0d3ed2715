// Repositories inside the working tree: submodules, whose commit is recorded and whose changes are named, and
// untracked ones, which are named. Their own files stay as they are, whatever is restored around them.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Repositories inside")
struct NestedRepositoryTests {
  private let repository: Repository
  private let library: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    library = try Repository()
    trip = RoundTrip(repository)
    for text in ["first", "second"] {
      try library.write("inner", "\(text)\n")
      try library.commit()
    }
    try repository.write("a", "a\n")
    try repository.commit()
  }

  private func addSubmodule(_ name: BytePath = "module") throws -> Repository {
    try repository.git(
      "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.worktree, name)
    let module = Repository(adopting: repository.path(name), in: repository.directory)
    try Repository.configure(module.worktree)
    return module
  }

  // MARK: Submodules

  @Test("a submodule's recorded, staged and checked-out commits are three things")
  func submoduleCommits() throws {
    let module = try addSubmodule()
    try repository.commit("with a module")
    let clean = try trip.capture()
    #expect(clean.state.metadata.dirtySubmodules == [])
    try module.git("checkout", "--quiet", "HEAD~1")
    try repository.git("add", "module")
    try module.write("inner", "third\n")
    try module.commit("third")
    let captured = try trip.expectUnchanged { try repository.git("reset", "--quiet") }
    #expect(captured.stagedCount == 1)
    #expect(captured.state.metadata.dirtySubmodules == ["module"])
    let (worktree, index) = (captured.state.worktree, try #require(captured.state.index[0]))
    for (tree, commit) in [(worktree, try module.id("HEAD")), (index, try library.id("HEAD~1"))] {
      let entry = try repository.database().entry(named: "module", in: tree)
      #expect(entry?.mode == .submodule && entry?.id == commit)
    }
  }

  @Test("every way in which a submodule can be dirty is named, and none is touched")
  func dirtySubmodules() throws {
    let modules = try ["changed", "untracked", "moved", "clean"].map { ($0, try addSubmodule(BytePath($0))) }
    try repository.commit("with modules")
    for (name, module) in modules {
      switch name {
      case "changed": try module.write("inner", "changed\n")
      case "untracked": try module.write("new", "untracked\n")
      case "moved": try module.git("checkout", "--quiet", "HEAD~1")
      default: break
      }
    }
    let captured = try trip.expectUnchanged { try repository.write("a", "changed\n") }
    #expect(captured.state.metadata.dirtySubmodules == ["changed", "moved", "untracked"])
    #expect(try repository.read("changed/inner") == "changed\n")
    #expect(try repository.read("untracked/new") == "untracked\n")
    #expect(try repository.read("moved/inner") == "first\n")
  }

  @Test("dirty submodules are named although the settings make git ignore them")
  func ignoredSubmodules() throws {
    let module = try addSubmodule()
    try repository.git("config", "--file", ".gitmodules", "submodule.module.ignore", "all")
    try repository.git("config", "diff.ignoreSubmodules", "all")
    try repository.git("add", "--all", "--force")
    try repository.git("commit", "--quiet", "--message", "with a module")
    try module.write("inner", "changed\n")
    #expect(try repository.git("status", "--porcelain") == "")
    #expect(try trip.capture().state.metadata.dirtySubmodules == ["module"])
  }

  @Test("a submodule that came later loses its entry, and its files stay")
  func laterSubmodule() throws {
    let before = try repository.indexAndStatus()[0]
    let state = try trip.capture().state
    _ = try addSubmodule()
    try trip.restore(state)
    #expect(try repository.indexAndStatus()[0] == before)
    #expect(!FileTree.exists(repository.path(".gitmodules")))
    #expect(try repository.read("module/inner") == "second\n")
  }

  @Test("a submodule that is not checked out is not taken for deleted")
  func absentSubmodule() throws {
    _ = try addSubmodule()
    try repository.commit("with a module")
    try repository.git("submodule", "--quiet", "deinit", "--force", "module")
    let captured = try trip.expectUnchanged {
      try repository.git("rm", "--cached", "--quiet", "module")
      try repository.write("a", "changed\n")
    }
    #expect(try repository.database().entry(named: "module", in: captured.state.worktree)?.mode == .submodule)
  }

  // MARK: Untracked repositories

  /// Makes untracked repositories in several places, and returns what `git status` calls them.
  private func nest() throws -> [BytePath] {
    try repository.git("init", "--quiet", "empty")
    try repository.git("clone", "--quiet", library.worktree, "vendor/library")
    try repository.write("vendor/library/inner", "changed\n")
    try repository.write("vendor/library/.env", "SECRET\n", permissions: 0o600)
    try repository.write("vendor/beside", "untracked, and ours\n")
    try library.git("worktree", "add", "--quiet", "--detach", repository.path("linked"))
    return ["empty/", "linked/", "vendor/library/"]
  }

  /// Everything in them, git's own files included.
  private func contents(_ names: [BytePath]) throws -> [String] {
    try names.flatMap { name in
      let top = repository.path(BytePath(name.bytes.dropLast()))
      return try Subprocess(["find", top, "-type", "f", "-exec", "sha1sum", "{}", "+"]).output()
        .split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
  }

  @Test("untracked repositories are named, and nothing in them is recorded, written or removed")
  func untracked() throws {
    let names = try nest()
    let before = try contents(names)
    #expect(before.count > 20)
    let captured = try trip.capture()
    #expect(captured.state.metadata.nestedRepositories.sorted() == names)
    var recorded: [BytePath] = []
    try repository.database().forEachFile(in: captured.state.worktree) { path, _ in recorded.append(path) }
    #expect(recorded == ["a", "vendor/beside"])
    try repository.write("a", "changed\n")
    try repository.remove("vendor/beside")
    try trip.restore(captured.state)
    #expect(try contents(names) == before)
    #expect(try repository.read("vendor/beside") == "untracked, and ours\n")
  }

  @Test("repositories that came later stay, although files that came later go")
  func laterRepositories() throws {
    let state = try trip.capture().state
    let names = try nest()
    let before = try contents(names)
    try trip.restore(state)
    #expect(try contents(names) == before)
    #expect(!FileTree.exists(repository.path("vendor/beside")))
  }

  @Test("a repository where a recorded file was stops the restore before anything is touched")
  func inTheWay() throws {
    try repository.write("vendor/library", "a file\n")
    let state = try trip.capture().state
    try repository.remove("vendor")
    let names = try nest()
    try repository.write("a", "changed, and must stay so\n")
    let before = try contents(names)
    #expect(throws: Obstruction.self) { try trip.restore(state) }
    #expect(try contents(names) == before)
    #expect(try repository.read("a") == "changed, and must stay so\n")
  }
}

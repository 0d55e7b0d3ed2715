// Repositories of every kind: those that only libgit2 refuses, those that we refuse by name, and where
// git and the environment say that they are.

import FileSystem
import Git
import Glibc
import TestSupport
import Testing

@Suite("Kinds of repositories")
struct RepositoryKindTests {
  private func expectRoundTrip(_ repository: Repository) throws {
    try repository.write("a", "changed\n")
    try repository.write("new", "untracked\n")
    try RoundTrip(repository).expectUnchanged(moveBranch: true) {
      try repository.git("add", "--all")
      try repository.git("commit", "--quiet", "--message", "later")
    }
  }

  private func made(_ arguments: [BytePath] = []) throws -> Repository {
    let repository = try Repository(arguments)
    try repository.write("a", "a\n")
    try repository.write("dir/b", "b\n")
    try repository.write("other/c", "c\n")
    try repository.commit()
    return repository
  }

  private func problem(_ directory: BytePath) -> RepositoryLocation.Problem? {
    do {
      _ = try RepositoryLocation.discover(
        from: directory, environment: ProcessEnvironment.variables)
      return nil
    } catch { return error as? RepositoryLocation.Problem }
  }

  @Test(
    "an extension that changes nothing for objects is no obstacle",
    arguments: ["worktreeConfig", "preciousObjects"])
  func harmlessExtensions(name: BytePath) throws {
    let repository = try made()
    try repository.git("config", "core.repositoryFormatVersion", "1")
    try repository.git("config", BytePath("extensions.\(name)"), "true")
    try expectRoundTrip(repository)
  }

  @Test(
    "a sparse checkout stays sparse, and what it leaves out is not taken for deleted",
    arguments: [true, false])
  func sparse(cone: Bool) throws {
    let repository = try made()
    try repository.git("sparse-checkout", "set", cone ? "--cone" : "--no-cone", "dir")
    #expect(!FileTree.exists(repository.path("other/c")))
    try repository.write("dir/b", "changed\n")
    let captured = try RoundTrip(repository).expectUnchanged(moveBranch: true) {
      try repository.write("dir/b", "changed again\n")
      try repository.git("commit", "--quiet", "--all", "--message", "later")
    }
    #expect(!FileTree.exists(repository.path("other/c")))
    #expect(try repository.database().entry(at: "other/c", in: captured.state.worktree) != nil)
  }

  @Test(
    "a sparse checkout comes back from a full one, and a full one from a sparse one",
    arguments: [true, false])
  func sparseAndFull(wasSparse: Bool) throws {
    let repository = try made()
    try repository.git("sparse-checkout", "set", "--cone", "dir")
    if !wasSparse { try repository.git("sparse-checkout", "disable") }
    let before = try repository.snapshot()
    let state = try RoundTrip(repository).capture().state
    try repository.git(
      wasSparse ? ["sparse-checkout", "disable"] : ["sparse-checkout", "set", "--cone", "dir"])
    #expect(try repository.snapshot() != before)
    try RoundTrip(repository).restore(state)
    #expect(try repository.snapshot() == before)
    #expect(try repository.git("status", "--porcelain") == "")
  }

  @Test("an intended addition outside of a sparse checkout")
  func intendedOutside() throws {
    let repository = try made()
    try repository.git("sparse-checkout", "set", "--cone", "dir")
    try repository.write("other/new", "x\n")
    try repository.git("add", "--sparse", "-N", "other/new")
    try RoundTrip(repository).expectUnchanged { try repository.git("reset", "-q", "--hard") }
  }

  @Test("a sparse index and a split index are left to git", arguments: ["sparse", "split"])
  func unusualIndex(kind: String) throws {
    let repository = try made()
    if kind == "sparse" {
      try repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "dir")
    } else {
      try repository.git("update-index", "--split-index")
    }
    try repository.write("dir/b", "changed\n")
    try RoundTrip(repository).expectUnchanged { try repository.git("reset", "--quiet", "--hard") }
  }

  @Test("a linked worktree has its own HEAD and shares objects and refs")
  func linkedWorktree() throws {
    let repository = try made()
    try repository.git("worktree", "add", "--quiet", "-b", "side", "../linked")
    let linked = Repository(adopting: repository.directory.appending("linked"), in: repository.directory)
    let location = try linked.location()
    #expect(location.worktree == linked.worktree)
    #expect(location.gitDirectory != location.commonDirectory)
    #expect(try location.commonDirectory == repository.location().commonDirectory)
    try expectRoundTrip(linked)
    #expect(try repository.git("status", "--porcelain") == "")
    let captured = try RoundTrip(linked).capture()
    try RoundTrip(linked).keep("shared", captured.state)
    #expect(try repository.database().target(of: "refs/checkpoints/shared/state") != nil)
  }

  @Test("a submodule's working tree is a repository like others")
  func insideSubmodule() throws {
    let other = try made()
    let repository = try made()
    try repository.git(
      "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.worktree, "module")
    let module = Repository(adopting: repository.path("module"), in: repository.directory)
    try Repository.configure(module.worktree)
    #expect(try module.location().worktree == repository.path("module"))
    try expectRoundTrip(module)
  }

  @Test("a shallow clone")
  func shallow() throws {
    let origin = try made()
    try origin.write("a", "second\n")
    try origin.commit()
    let directory = try TemporaryDirectory()
    let url = BytePath("file://\(origin.worktree)")
    try origin.git("clone", "--quiet", "--depth=1", url, directory.appending("clone"))
    let clone = Repository(adopting: directory.appending("clone"), in: directory)
    try Repository.configure(clone.worktree)
    try expectRoundTrip(clone)
  }

  @Test("a partial clone fetches what it lacks when it is needed")
  func partialClone() throws {
    let origin = try made()
    try origin.git("config", "uploadpack.allowFilter", "true")
    try origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    try origin.write("a", "second\n")
    try origin.write("dir/b", "second\n")
    try origin.commit()
    let directory = try TemporaryDirectory()
    let url = BytePath("file://\(origin.worktree)")
    try origin.git("clone", "--quiet", "--filter=blob:none", url, directory.appending("clone"))
    let clone = Repository(adopting: directory.appending("clone"), in: directory)
    try Repository.configure(clone.worktree)
    let state = try RoundTrip(clone).capture().state
    let observed = try RoundTrip(clone).observe()
    let oldBlob = try origin.id("HEAD~1:a")
    #expect(try !clone.database().exists(oldBlob))
    try clone.git("checkout", "--quiet", "-b", "old", "HEAD~1")
    try RoundTrip(clone).restore(state)
    #expect(try RoundTrip(clone).observe() == observed)
    let differences = try clone.database().differences(
      from: origin.id("HEAD~1^{tree}"), to: origin.id("HEAD^{tree}"))
    #expect(differences.map(\.path) == ["a", "dir/b"])
  }

  @Test("from below the top, the top is found")
  func subdirectory() throws {
    let repository = try made()
    let location = try RepositoryLocation.discover(
      from: repository.path("dir"), environment: ProcessEnvironment.variables)
    #expect(location.worktree == repository.worktree)
    #expect(location.gitDirectory == repository.path(".git"))
  }

  @Test("a directory name with a newline and foreign bytes")
  func oddDirectory() throws {
    let directory = try TemporaryDirectory()
    let repository = try made()
    let odd = directory.appending(BytePath(Array("odd ".utf8) + [0xE9] + Array(" name".utf8)))
    try repository.git("clone", "--quiet", repository.worktree, odd)
    let clone = Repository(adopting: odd, in: directory)
    try Repository.configure(odd)
    #expect(try clone.location().worktree == odd)
    try expectRoundTrip(clone)
  }

  // MARK: Refused

  @Test("a sha256 repository is refused by name")
  func sha256() throws {
    let repository = try Repository(["--object-format=sha256"])
    guard case .unsupported(let what) = problem(repository.worktree) else {
      Issue.record("not refused")
      return
    }
    #expect(what.contains("sha256"))
  }

  @Test("a repository whose refs are in reftables is refused by name, whether git knows them or not")
  func reftable() throws {
    let repository = try made()
    try FileTree.makeDirectories(repository.path(".git/reftable"), mode: 0o755)
    guard case .unsupported(let what) = problem(repository.worktree) else {
      Issue.record("not refused")
      return
    }
    #expect(what.contains("reftable"))
    try FileTree.remove(repository.path(".git/reftable"))
    try repository.git("config", "core.repositoryFormatVersion", "1")
    try repository.git("config", "extensions.refStorage", "reftable")
    #expect(throws: (any Error).self) {
      try RepositoryLocation.discover(
        from: repository.worktree, environment: ProcessEnvironment.variables)
    }
  }

  @Test("a bare repository, a git directory and an ordinary directory have no working tree to record")
  func noWorktree() throws {
    let directory = try TemporaryDirectory()
    let repository = try made()
    try repository.git("clone", "--quiet", "--bare", repository.worktree, directory.appending("bare"))
    for path in [directory.appending("bare"), repository.path(".git")] {
      guard case .noWorktree = problem(path) else {
        Issue.record("\(path) is not refused")
        continue
      }
    }
    guard case .notARepository = problem(directory.path) else {
      Issue.record("an ordinary directory is not refused")
      return
    }
  }

  @Test("an extension that git itself does not know is refused")
  func unknownExtension() throws {
    let repository = try made()
    try repository.git("config", "core.repositoryFormatVersion", "1")
    try repository.git("config", "extensions.fromTheFuture", "true", accepting: [0])
    #expect(throws: (any Error).self) { try repository.database() }
  }

  // MARK: Owners. Only root can give files away.

  @Test("another user's repository is not trusted, by git or by libgit2", .enabled(if: geteuid() == 0))
  func foreignOwner() async {
    await #expect(processExitsWith: .success) {
      setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1)
      setenv("GIT_CONFIG_NOSYSTEM", "1", 1)
      let repository = try Repository()
      try repository.write("a", "a\n")
      try repository.commit()
      let location = try repository.location()
      for path in [repository.worktree, repository.path(".git")] {
        try #require(chown(path.description, 12_345, 12_345) == 0)
      }
      do {
        _ = try RepositoryLocation.discover(
          from: repository.worktree, environment: ProcessEnvironment.variables)
        Issue.record("git trusts it")
      } catch RepositoryLocation.Problem.unsafeOwner {}
      // Git is made to trust it in a way that libgit2 does not know.
      setenv("GIT_CONFIG_COUNT", "1", 1)
      setenv("GIT_CONFIG_KEY_0", "safe.directory", 1)
      setenv("GIT_CONFIG_VALUE_0", "*", 1)
      _ = try RepositoryLocation.discover(
        from: repository.worktree, environment: ProcessEnvironment.variables)
      do {
        _ = try ObjectDatabase.open(location)
      } catch RepositoryLocation.Problem.unsafeOwner {}
    }
  }

  // MARK: The environment, in a process of its own

  @Test("GIT_DIR and GIT_WORK_TREE say where the repository is")
  func environment() async {
    await #expect(processExitsWith: .success) {
      let repository = try Repository()
      try repository.write("a", "a\n")
      try repository.commit()
      let elsewhere = try TemporaryDirectory()
      let gitDirectory = elsewhere.appending("git")
      try SystemFileOperations().rename(repository.path(".git"), to: gitDirectory)
      setenv("GIT_DIR", gitDirectory.description, 1)
      setenv("GIT_WORK_TREE", repository.worktree.description, 1)
      let location = try RepositoryLocation.discover(
        from: repository.worktree, environment: ProcessEnvironment.variables)
      try #require(location.worktree == repository.worktree)
      try #require(location.gitDirectory == gitDirectory)
      try repository.write("a", "changed\n")
      let database = try ObjectDatabase.open(location)
      let captured = try StateCapture.run(location, into: database, policy: RoundTrip.recordEverything)
      try database.publish()
      try #require(captured.unstagedCount == 1)
    }
  }

  @Test("a relative GIT_DIR and the index of a hook, as git sets them for its hooks")
  func hookEnvironment() async {
    await #expect(processExitsWith: .success) {
      let repository = try Repository()
      try repository.write("dir/a", "a\n")
      try repository.commit()
      try #require(chdir(repository.worktree.description) == 0)
      setenv("GIT_DIR", ".git", 1)
      setenv("GIT_INDEX_FILE", ".git/index", 1)
      try repository.write("dir/a", "changed\n")
      let location = try RepositoryLocation.discover(
        from: FileTree.currentDirectory(), environment: ProcessEnvironment.variables)
      try #require(location.worktree == repository.worktree)
      let database = try ObjectDatabase.open(location)
      let captured = try StateCapture.run(location, into: database, policy: RoundTrip.recordEverything)
      try database.publish()
      try #require(captured.unstagedCount == 1)
    }
  }
}

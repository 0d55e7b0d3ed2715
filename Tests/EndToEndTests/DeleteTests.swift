// Giving checkpoints up, and keeping what they recorded out of remotes.

import FileSystem
import TestSupport
import Testing

@Suite("Deleting checkpoints")
struct DeleteTests {
  private func exists(_ id: String, _ scene: Scene) throws -> Bool {
    try scene.repository.git("cat-file", "-e", id, accepting: [0, 1, 128]).code == 0
  }

  @Test("the next git gc frees what nothing else needs, and nothing of other checkpoints")
  func freesObjects() throws {
    let scene = try Scene.small()
    let repository = scene.repository
    try repository.write("kept.txt", "recorded twice\n")
    try scene.checkpoint("custom", "first", "--no-database")
    try repository.write("alone.txt", "recorded once\n")
    let blob = try repository.git("hash-object", "alone.txt").lines[0]
    let shared = try repository.git("hash-object", "kept.txt").lines[0]
    let id = try scene.take("custom", "second", "--no-database")
    try repository.remove("alone.txt")
    try scene.checkpoint("delete", "--yes", "second")
    #expect(try scene.refs().filter { $0.contains(id) }.isEmpty)
    #expect(try !scene.names(in: "manifests").contains("\(id).json"))
    #expect(try exists(blob, scene))
    try repository.git("gc", "-q", "--prune=now")
    #expect(try !exists(blob, scene))
    #expect(try exists(shared, scene))
    try scene.checkpoint("verify", "--all")
    #expect(try scene.leftovers().isEmpty)
  }

  @Test("several at once, each once, or none if one of them is not found")
  func several() throws {
    let scene = try Scene.small()
    for name in ["one", "two", "three"] as [BytePath] {
      try scene.checkpoint("custom", name, "--no-database")
    }
    let result = try scene.run("delete", "--yes", "one", "tow")
    #expect(result.code == 1 && result.errorText.contains("two"), "\(result)")
    #expect(try scene.names(in: "manifests").count == 3)
    let dry = try scene.checkpoint("delete", "--dry-run", "one")
    #expect(dry.lines.count == 1 && dry.text.hasPrefix("one_"), "\(dry)")
    #expect(try scene.names(in: "manifests").count == 3)
    try scene.checkpoint("delete", "--yes", "one", "two", "one")
    #expect(try scene.names(in: "manifests").count == 1)
    #expect(try scene.run("delete", "three").code == 2)
  }

  @Test("the JSON form names what goes, and whether it went; an error and a question have theirs, too")
  func json() throws {
    let scene = try Scene.small()
    let one = try scene.take("custom", "one", "--no-database", "-m", "why")
    let two = try scene.take("custom", "two", "--no-database")
    let dry = try scene.run("delete", "--dry-run", "--json", "one", "two").succeeded().json()
    #expect(dry["checkpoints"]?.array?.map { $0["id"]?.string } == [one, two])
    #expect(dry["checkpoints"]?[0]?["message"]?.string == "why" && dry["deleted"] == .bool(false))
    let asked = try scene.run("delete", "--json", "one")
    #expect(try asked.code == 2 && asked.json()["error"]?["hints"]?[0]?.string == "--yes", "\(asked)")
    #expect(try scene.names(in: "manifests").count == 2)
    let done = try scene.run("delete", "--yes", "--json", "one").succeeded().json()
    #expect(done["checkpoints"]?.array?.map { $0["name"]?.string } == ["one"])
    #expect(done["deleted"] == .bool(true))
    #expect(try scene.names(in: "manifests") == ["\(two).json"])
  }

  @Test("a rescue that holds a replaced database stays", .needsPostgreSQL)
  func heldDatabase() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("full")
    try scene.checkpoint("rollback", "--yes", "latest")
    let rescue = try #require(try scene.names(in: "manifests").first { $0.hasPrefix("before-rollback") })
    let result = try scene.run("delete", "--yes", "\(rescue.dropLast(5))")
    #expect(result.code == 1 && result.errorText.contains("would have no owner"), "\(result)")
    try scene.checkpoint("undo", "--yes")
    try scene.checkpoint("delete", "--yes", "\(rescue.dropLast(5))")
  }

  @Test("a deletion that cannot be finished yet keeps no checkpoint from being taken")
  func unfinished() throws {
    let scene = try Scene.small()
    let id = try scene.take("custom", "half", "--no-database")
    try scene.repository.git("pack-refs", "--all")
    let lock = scene.repository.top.appending(".git/packed-refs.lock")
    try TemporaryDirectory.write(lock, [])
    let result = try scene.run("delete", "--yes", "half")
    #expect(result.code == 3 && result.errorText.contains("is deleted, but git's refs"), "\(result)")
    try scene.checkpoint("custom", "next", "--no-database")
    try FileTree.remove(lock)
    try scene.checkpoint("custom", "last", "--no-database")
    #expect(try scene.refs().filter { $0.contains(id) }.isEmpty)
    #expect(try scene.leftovers().isEmpty)
  }

  @Test("what a killed process left half deleted is finished by the next checkpoint")
  func killed() throws {
    let scene = try Scene.small()
    let id = try scene.take("custom", "half", "--no-database")
    // As it is after a kill between manifest and refs.
    try SystemFileOperations().rename(
      scene.store.appending("manifests/\(id).json"), to: scene.store.appending("tmp/\(id).deleted"))
    #expect(try scene.run("verify", "--all").code == 0)
    try scene.checkpoint("custom", "next", "--no-database")
    #expect(try scene.refs().filter { $0.contains(id) }.isEmpty)
    #expect(try scene.leftovers().isEmpty)
  }
}

@Suite("The pre-push hook")
struct PushGuardTests {
  private let scene: Scene
  private let remote: BytePath

  init() throws {
    scene = try Scene.small()
    try scene.checkpoint("custom", "milestone", "--no-database")
    remote = scene.directory.path.appending("remote.git")
    try scene.repository.git("init", "-q", "--bare", remote)
    try scene.repository.git("remote", "add", "origin", remote)
    let hook = scene.repository.top.appending(".git/hooks/pre-push")
    try TemporaryDirectory.write(
      hook, try FileTree.readAll(SourceTree.root.appending("hooks/pre-push")), permissions: 0o755)
  }

  private func push(_ arguments: any BytePathConvertible...) throws -> ProgramResult {
    try scene.program.git(["push", "-q"] + arguments, accepting: [0, 1])
  }

  private func pushed() throws -> [String] {
    try scene.program.git(["for-each-ref", "--format=%(refname)"], in: remote).lines
  }

  @Test("git push --mirror is refused with a way out, and nothing is pushed")
  func mirror() throws {
    let result = try push("--mirror", "origin")
    #expect(result.code == 1 && result.errorText.contains("git push --all"), "\(result)")
    #expect(try pushed().isEmpty)
  }

  @Test("branches and tags go through")
  func ordinary() throws {
    #expect(try push("origin", "main", "--tags").code == 0)
    #expect(try pushed().contains("refs/heads/main"))
    #expect(try pushed().allSatisfy { !$0.hasPrefix("refs/checkpoints/") })
  }

  @Test("it can be allowed once and for good, and deleting such refs on a remote is no harm")
  func allowed() throws {
    var program = scene.program
    program.environment["CHECKPOINT"] = "0"
    try program.git(["push", "-q", "--mirror", "origin"])
    let ref = try #require(try pushed().first { $0.hasSuffix("/state") })
    #expect(try push("origin", "--delete", ref).code == 0)
    try scene.repository.git("config", "checkpoint.push", "true")
    #expect(try push("--mirror", "origin").code == 0)
  }

  @Test("plain shells run it", arguments: ["dash", "busybox"])
  func shells(name: String) throws {
    guard let shell = ["/bin/\(name)", "/usr/bin/\(name)"].first(where: { FileTree.exists(BytePath($0)) })
    else {
      return
    }
    let words: [BytePath] = name == "busybox" ? ["\(shell)", "sh"] : ["\(shell)"]
    let line = "refs/checkpoints/x/state 1111 refs/checkpoints/x/state 0000\n"
    let hook = SourceTree.root.appending("hooks/pre-push")
    let result = try Program.run(
      words + [hook, "origin", "url"], directory: scene.repository.top, input: Array(line.utf8))
    #expect(result.code == 1 && result.errorText.contains("nothing was pushed"), "\(result)")
  }
}

/// The project's own files.
private enum SourceTree {
  static let root: BytePath = {
    let file = BytePath(#filePath)
    return file.ancestors[2]
  }()
}

// Hooks in a project with a database: git does not wait however large or silent it is, and failures are reported.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Hooks with a database", .needsPostgreSQL)
struct HookDatabaseTests {
  /// A scene whose pg_dump waits until a file `go` is there, and fails if that file says so.
  private func gated() throws -> (Scene, TestDatabase) {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("hooks", "install")
    let gate = scene.directory.path.appending("gate")
    let script = """
      #!/bin/sh
      program=\(database.server.programs)/$1
      shift
      export PGHOST=\(database.server.directory)
      [ "$1" = --version ] && exec "$program" "$@"
      while [ ! -e \(scene.directory.path)/go ]; do
        [ -d \(scene.directory.path) ] || exit 1
        sleep 0.05
      done
      grep -q fail \(scene.directory.path)/go && exit 9
      exec "$program" "$@"
      """
    try TemporaryDirectory.write(gate, Array(script.utf8), permissions: 0o755)
    try scene.repository.git("config", "checkpoint.database.clientPrefix", gate)
    return (scene, database)
  }

  private func open(_ scene: Scene, _ word: String = "go") throws {
    try TemporaryDirectory.write(scene.directory.path.appending("go"), Array(word.utf8))
  }

  private func commit(_ scene: Scene, _ arguments: any BytePathConvertible..., code: Int32 = 0) throws
    -> ProgramResult
  {
    let running = try Program.start(
      ["git", "commit", "-q", "--allow-empty", "-m", "x"] + arguments,
      environment: ["HOME": "\(scene.program.home)", "GIT_CONFIG_NOSYSTEM": "1"],
      directory: scene.repository.top)
    let result = running.wait()
    // What a terminal's end does to everything that was started in it.
    kill(-running.process, SIGHUP)
    #expect(result.code == code, "\(result)")
    return result
  }

  private func worker(_ scene: Scene) throws -> pid_t? {
    let path = scene.store.appending("hook.json")
    guard FileTree.exists(path) else { return nil }
    return try JSONValue(parsing: FileTree.readAll(path))["process"]?.number.map { pid_t($0) }
  }

  /// Processes of this project that take a hook's checkpoint, or wait until they may.
  private func workers(_ scene: Scene) throws -> [pid_t] {
    let lock = scene.store.appending("lock.hook")
    let all = try FileTree.list("/proc").compactMap { name -> pid_t? in
      let directory = BytePath("/proc").appending(name)
      guard let words = try? FileTree.readAll(directory.appending("cmdline")),
        words.firstRange(of: Array("hook-worker".utf8)) != nil
      else { return nil }
      let files = directory.appending("fd")
      let hasLockOpen = ((try? FileTree.list(files)) ?? []).contains {
        (try? FileTree.readLink(files.appending($0))) == lock
      }
      return hasLockOpen ? pid_t(name.description) : nil
    }
    // A program that a worker is just starting has its words and its files until it has become that program.
    return all.filter { process in
      let status = (try? FileTree.readAll("/proc/\(process)/status")) ?? []
      let parent = String(decoding: status, as: UTF8.self).split(separator: "\n")
        .first { $0.hasPrefix("PPid:") }.flatMap { pid_t($0.dropFirst(5).filter(\.isNumber)) }
      return parent.map { !all.contains($0) } ?? false
    }
  }

  /// How often a process has slept so far: one that waits for a lock does so 50 times in a second.
  private func sleeps(_ process: pid_t) throws -> Int {
    let status = String(decoding: try FileTree.readAll("/proc/\(process)/status"), as: UTF8.self)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") })
    return try #require(line.split(separator: "\t").last.flatMap { Int($0) })
  }

  private func ids(_ scene: Scene) throws -> [String] {
    try scene.names(in: "manifests").map { String($0.dropLast(5)) }
  }

  @Test("the commit goes on while the database is copied, at the moment before it")
  func background() throws {
    let (scene, database) = try gated()
    let before = try scene.picture()
    let result = try commit(scene)
    #expect(result.errorText.contains("its database is copied in the background"), "\(result)")
    #expect(result.errorText.split(separator: "\n").count == 1)
    #expect(try scene.checkpoint("status").printed.contains("at work: pre-commit: taking pre-commit_"))
    try database.psql("INSERT INTO people VALUES (999, 'later'); DELETE FROM things")
    try scene.repository.write("a.txt", "later\n")
    // One at a time.
    #expect(try commit(scene).errorText.contains("still being taken"))
    try open(scene)
    try scene.wait(for: "the checkpoint") { try ids(scene).count == 1 && worker(scene) == nil }
    try scene.checkpoint("verify", "--restore")
    try scene.repository.git("config", "--unset", "checkpoint.database.clientPrefix")
    try scene.checkpoint("rollback", "--yes", "--branch", "pre-commit")
    try scene.expect(before)
    #expect(try scene.leftovers() == [])
  }

  @Test("a worker that is killed leaves nothing, and the next command says that there is no checkpoint")
  func killed() throws {
    let (scene, _) = try gated()
    _ = try commit(scene)
    let process = try #require(try worker(scene))
    kill(process, SIGKILL)
    try scene.wait(for: "its end") { kill(process, 0) == -1 }
    // The next command can be git's.
    let told = try commit(scene)
    #expect(told.errorText.contains("its process was killed"), "\(told)")
    #expect(try scene.checkpoint("list").warnings == [])
    let second = try #require(try worker(scene))
    kill(second, SIGKILL)
    try scene.wait(for: "its end") { kill(second, 0) == -1 }
    #expect(try scene.checkpoint("list").errorText.contains("its process was killed"))
    #expect(try scene.checkpoint("status").printed.contains("its process was killed"))
    #expect(try ids(scene) == [])
    try open(scene)
    try scene.checkpoint("full")
    #expect(try scene.leftovers() == [])
    #expect(try scene.names(in: "tmp") == [])
  }

  @Test("what fails in the background is reported by the next command, by the log and to a command")
  func failed() throws {
    let (scene, _) = try gated()
    let note = scene.directory.path.appending("note")
    try scene.repository.git(
      "config", "checkpoint.notify.command", "echo \"$CHECKPOINT_OPERATION: $CHECKPOINT_MESSAGE\" >\(note)")
    try open(scene, "fail")
    #expect(try commit(scene).errorText.contains("checkpoint: pre-commit_"))
    try scene.wait(for: "the failure") {
      try worker(scene) == nil && FileTree.exists(scene.store.appending("hook.failure.json"))
        && FileTree.exists(note)
    }
    let told = try scene.checkpoint("list")
    #expect(told.errorText.contains("warning: in the background, hook pre-commit"), "\(told)")
    #expect(try scene.checkpoint("list").warnings == [])
    #expect(String(decoding: try FileTree.readAll(note), as: UTF8.self).hasPrefix("hook pre-commit: "))
    let log = String(
      decoding: try FileTree.readAll(scene.store.appending("log/operations.jsonl")), as: UTF8.self)
    #expect(log.contains("\"operation\":\"hook pre-commit\"") && log.contains("\"cause\":\"hook\""))
    // The next one that succeeds makes it good.
    try open(scene)
    _ = try commit(scene)
    try scene.wait(for: "the checkpoint") { try ids(scene).count == 1 && worker(scene) == nil }
    #expect(try !scene.checkpoint("status").printed.contains("failed"))
    #expect(try FileTree.readAll(note) == Array("hook pre-commit: done\n".utf8))
  }

  @Test("with wait git waits for the whole checkpoint, and an unchanged database makes no new one")
  func waiting() throws {
    let (scene, database) = try gated()
    try open(scene)
    try scene.repository.git("config", "checkpoint.hooks.wait", "true")
    let hook = scene.repository.top.appending(".git/hooks/commit-msg")
    try TemporaryDirectory.write(hook, Array("#!/bin/sh\nexit 1\n".utf8), permissions: 0o755)
    #expect(try commit(scene, code: 1).errorText.contains("checkpoint: pre-commit_"))
    #expect(try ids(scene).count == 1)
    #expect(try commit(scene, code: 1).errorText.contains("unchanged since pre-commit_"))
    #expect(try ids(scene).count == 1)
    try database.psql("CREATE SEQUENCE numbers")
    #expect(try commit(scene, code: 1).errorText.contains("checkpoint: pre-commit_"))
    try database.psql("SELECT nextval('numbers')")
    #expect(try commit(scene, code: 1).errorText.contains("checkpoint: pre-commit_"))
    try database.psql("UPDATE people SET name = 'another' WHERE id = 5")
    #expect(try commit(scene, code: 1).errorText.contains("checkpoint: pre-commit_"))
    try database.psql("UPDATE people SET name = name")
    #expect(try commit(scene, code: 1).errorText.contains("unchanged since pre-commit_"))
    #expect(try ids(scene).count == 4)
  }

  @Test("a release pushed right after a commit waits for that commit's checkpoint, and gets its own")
  func inTurn() throws {
    let (scene, _) = try gated()
    let remote = scene.directory.path.appending("remote.git")
    try scene.repository.git("init", "-q", "--bare", remote)
    _ = try commit(scene)
    try scene.repository.git("tag", "v1")
    let push = try Program.start(
      ["git", "push", "-q", remote, "v1"],
      environment: ["HOME": "\(scene.program.home)", "GIT_CONFIG_NOSYSTEM": "1"],
      directory: scene.repository.top)
    let first = try #require(try worker(scene))
    try scene.wait(for: "the second worker at the lock") { try workers(scene).count == 2 }
    let second = try #require(try workers(scene).first { $0 != first })
    // A commit's worker, which does not wait for another one, gives up after 0.3 s: 15 looks at the lock.
    let start = try sleeps(second)
    try scene.wait(for: "the second worker to go on waiting") { try sleeps(second) > start + 30 }
    try open(scene)
    let result = push.wait()
    #expect(result.code == 0 && result.errorText.contains("checkpoint: pre-release_"), "\(result)")
    #expect(try ids(scene).count == 2)
  }

  @Test("git gc --prune=now does no harm while the database is copied")
  func pruned() throws {
    let (scene, _) = try gated()
    try scene.repository.write("new.txt", "untracked\n")
    _ = try commit(scene)
    try scene.wait(for: "the objects to be held") { try scene.refs().contains { $0.hasSuffix("/held") } }
    try scene.repository.git("gc", "-q", "--prune=now")
    try open(scene)
    try scene.wait(for: "the checkpoint") { try ids(scene).count == 1 && worker(scene) == nil }
    try scene.checkpoint("verify", "--all")
    #expect(try scene.refs().allSatisfy { !$0.hasSuffix("/held") })
  }

  @Test("tables with names that could be confused are distinguished")
  func likeNames() throws {
    let (scene, database) = try gated()
    try open(scene)
    try scene.repository.git("config", "checkpoint.hooks.wait", "true")
    try database.psql(
      "CREATE SCHEMA a; CREATE SCHEMA \"a.b\"; CREATE TABLE a.\"b.c\" (x int); CREATE TABLE \"a.b\".c (x int)"
    )
    func run() throws -> String { try scene.checkpoint("hooks", "run", "pre-commit").errorText }
    #expect(try run().contains("checkpoint: pre-commit_"))
    #expect(try run().contains("unchanged"))
    try database.psql("INSERT INTO \"a.b\".c VALUES (42)")
    #expect(try run().contains("checkpoint: pre-commit_"))
  }

  @Test(
    "a server that does not answer, or is not there, holds nothing up",
    arguments: ["silent", "gone", "locked"])
  func silent(kind: String) throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("hooks", "install")
    try scene.repository.git("config", "checkpoint.hooks.timeout", "1")
    let server = try SilentServer()
    var session: RunningProgram?
    switch kind {
    case "silent":
      try scene.repository.write(".env", "DATABASE_URL=postgresql://x:secret@127.0.0.1:\(server.port)/y\n")
    case "gone": try scene.repository.write(".env", "DATABASE_URL=postgresql://x:secret@127.0.0.1:1/y\n")
    default:
      let database = try #require(scene.database)
      session = try database.server.session("LOCK TABLE people", in: database.name)
    }
    let result = try commit(scene)
    #expect(result.errorText.contains("checkpoint: none before this commit: "), "\(result)")
    #expect(
      !result.errorText.contains("secret") && !result.errorText.contains("to go on without"), "\(result)")
    #expect(result.errorText.split(separator: "\n").count <= 2, "\(result)")
    // The failure was reported while git waited, so no later command repeats it.
    #expect(try scene.checkpoint("list").warnings == [])
    try scene.repository.git("config", "checkpoint.hooks.failure", "block")
    let blocked = try commit(scene, code: 1)
    #expect(blocked.errorText.contains("hint: to go on without one: CHECKPOINT=0 git commit"), "\(blocked)")
    #expect(try ids(scene) == [])
    #expect(try scene.repository.git("rev-list", "--count", "HEAD").text == "2\n")
    if let session {
      session.send(SIGKILL)
      _ = session.wait()
    }
  }

  @Test("after a switch of branches a line says whose the database may be")
  func checkout() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("hooks", "install", "post-checkout")
    let id = try scene.take("full")
    #expect(try scene.repository.git("switch", "-c", "side").printed.contains("checkpoint") == false)
    try scene.checkpoint("custom", "beside")
    let back = try scene.repository.git("switch", "main")
    #expect(back.errorText.contains("may still be that of side") && back.errorText.contains(id), "\(back)")
    let quiet = try scene.repository.git("checkout", "--", "a.txt")
    #expect(!quiet.printed.contains("may still"), "\(quiet)")
  }
}

/// A server that accepts every connection and never answers.
private final class SilentServer {
  let port: UInt16
  private let listener: Int32

  init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 16) == 0
          ? getsockname(listener, address, &length) : -1
      }
    }
    if code != 0 { throw SystemError(operation: "listen on a port") }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(listener) }
}

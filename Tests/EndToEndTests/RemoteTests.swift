// Copies of checkpoints in another directory: sent there, looked at there, and brought back when everything here is lost.

import FileSystem
import TestSupport
import Testing

@Suite("Remotes in a directory")
struct RemoteTests {
  private static let content = "NUMBER=1\n" + String(repeating: "a longer line\n", count: 2000)

  /// A scene with a remote named `away`.
  private func scene(_ rights: PostgresServer.Rights? = nil) throws -> (Scene, remote: BytePath) {
    let scene = try Scene.small(rights)
    let remote = scene.directory.path.appending("away")
    try scene.checkpoint("remote", "add", "away", remote)
    return (scene, remote)
  }

  /// Another clone of the same project, with the same remote.
  private func clone(_ scene: Scene, _ name: BytePath) throws -> CheckpointProgram {
    var program = scene.program
    program.directory = scene.directory.path.appending(name)
    try scene.repository.git("clone", "-q", scene.repository.top, program.directory)
    try program.run(["remote", "add", "there", scene.directory.path.appending("away")]).succeeded()
    return program
  }

  private func files(_ remote: BytePath, _ part: BytePath) throws -> [BytePath] {
    let top = remote.appending(part)
    return try FileTree.list(top).sorted().flatMap { between in
      try FileTree.list(top.appending(between)).sorted().map { top.appending(between).appending($0) }
    }
  }

  private func write(_ path: BytePath, _ bytes: [UInt8]) throws {
    try TemporaryDirectory.write(path, bytes)
  }

  @Test("a checkpoint that is lost here, git's objects included, comes back from there", .needsPostgreSQL)
  func comesBack() throws {
    let (scene, remote) = try scene(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.write(".env.local", Self.content, mode: 0o600)
    try scene.repository.write("a.txt", "staged\n")
    try scene.repository.git("add", "a.txt")
    try scene.repository.write("untracked.txt", "never committed\n")
    let id = try scene.take("full", "-m", "Before the move")
    let before = try scene.picture()
    #expect(try scene.checkpoint("push").lines == [id])
    #expect(try scene.checkpoint("push", BytePath(id)).line == "away has all of them already")
    let listed = try scene.checkpoint("list", "--remote", "away").text
    #expect(listed.contains(id) && listed.contains(" yes"), "\(listed)")
    #expect(try scene.checkpoint("verify", "--remote", "away").text.contains("1 checkpoint"))
    let shown = try scene.run("remote", "show", "--json").succeeded().json()
    #expect(shown["checkpoints"] == .number(1) && shown["url"]?.string == remote.description)

    try scene.checkpoint("delete", "--yes", BytePath(id))
    try scene.checkpoint("gc", "--now")
    try database.psql("DROP TABLE people CASCADE")
    try scene.repository.git("reset", "-q", "--hard")
    for name in [".env.local", "untracked.txt"] as [BytePath] {
      try FileTree.remove(scene.repository.top.appending(name))
    }
    try scene.repository.git("-c", "gc.reflogExpire=now", "gc", "-q", "--prune=now")
    #expect(try scene.checkpoint("list", "--remote", "away").lines.last?.hasSuffix(" -") == true)

    #expect(try scene.checkpoint("pull").lines == [id])
    #expect(try scene.checkpoint("pull", "full").line == "all of them are here already")
    let asked = try scene.run("verify", BytePath(id), "--restore")
    #expect(asked.code != 0 && asked.errorText.contains("came from \(remote)"), "\(asked)")
    try scene.checkpoint("verify", BytePath(id), "--restore", "--trusted-source")
    try scene.checkpoint("rollback", "--yes", BytePath(id))
    try scene.expect(before)
    try scene.repository.git("fsck", "--strict", "--connectivity-only")
    let log = try scene.checkpoint("log").text
    #expect(log.contains("push") && log.contains("pull"), "\(log)")
  }

  @Test("only what the remote lacks is sent, and an archived checkpoint is sent like any other")
  func increments() throws {
    let (scene, remote) = try scene()
    try scene.repository.write(".env.local", Self.content, mode: 0o600)
    try scene.repository.write("large.bin", (0..<200_000).map { _ in UInt8.random(in: 0...255) })
    try scene.repository.git("add", ".")
    try scene.repository.git("commit", "-qm", "A large file")
    let first = try scene.take("full")
    let sent = try scene.run("push", "--json").succeeded().json()["bytes"]?.number ?? 0
    #expect(sent > 200_000)
    try scene.repository.write("a.txt", "two\n")
    let second = try scene.take("custom", "second")
    try scene.checkpoint("archive", BytePath(second), "--now")
    let more = try scene.run("push", "--all", "--json").succeeded().json()
    #expect(more["pushed"] == .array([.string(second)]) && more["unchanged"] == .array([.string(first)]))
    #expect((more["bytes"]?.number ?? .max) < 20_000, "\(more)")
    try scene.checkpoint("delete", "--yes", "full", "second")
    try scene.checkpoint("gc", "--now")
    #expect(try scene.checkpoint("pull", "--all").lines == [first, second])
    try scene.checkpoint("verify", "--all")
    #expect(try files(remote, "packs").count == 2)
  }

  @Test("several clones push at the same time, and each can bring back what the others pushed")
  func several() throws {
    let (scene, _) = try scene()
    let clones = try (1...3).map { try clone(scene, BytePath("clone\($0)")) }
    for (number, program) in clones.enumerated() {
      for round in 1...3 {
        try write(program.directory.appending("own.txt"), Array("\(number) \(round)\n".utf8))
        try program.run(["custom", BytePath("clone\(number)-\(round)")]).succeeded()
      }
    }
    let running = try clones.map { try $0.start(["push", "--all"]) }
    for process in running { try process.wait().succeeded() }
    try scene.checkpoint("verify", "--remote", "away")
    try scene.checkpoint("pull", "--all")
    try scene.checkpoint("verify", "--all")
    #expect(try scene.names(in: "manifests").count == 9)
    try scene.checkpoint("rollback", "--yes", "clone2-3")
    #expect(try scene.repository.read("own.txt") == "2 3\n")
  }

  @Test(
    "whatever file of it is damaged, cut off or gone is named, nothing of it is used, and a push sends it again"
  )
  func damage() throws {
    let (scene, remote) = try scene()
    try scene.repository.write(".env.local", Self.content, mode: 0o600)
    let id = try scene.take("full")
    try scene.checkpoint("push")
    let other = try clone(scene, "other")
    let parts: [BytePath] = ["packs", "indexes", "checkpoints"]
    for part in parts {
      for damage in ["flipped", "cut off", "empty", "gone"] {
        for part in parts where FileTree.exists(remote.appending(part)) {
          try FileTree.remove(remote.appending(part))
        }
        try scene.checkpoint("push")
        let file = try #require(try files(remote, part).first)
        var bytes = try FileTree.readAll(file)
        switch damage {
        case "flipped": bytes[part == "packs" ? 6 : bytes.count / 2] ^= 0xFF
        case "cut off": bytes.removeLast()
        default: bytes = []
        }
        if damage == "gone" { try FileTree.remove(file) } else { try write(file, bytes) }
        let found = try other.run(["verify", "--remote", "there"])
        let isUnknown = part == "checkpoints" && damage == "gone"
        #expect(found.code == (isUnknown ? 0 : 12), "\(part) \(damage): \(found)")
        let pulled = try other.run(["pull", BytePath(id)])
        #expect(pulled.code == (isUnknown ? 1 : 12) && pulled.text.isEmpty, "\(part) \(damage): \(pulled)")
        #expect(try other.run(["list"]).succeeded().text.isEmpty)
        try scene.checkpoint("push", "--verify")
        try scene.checkpoint("verify", "--remote", "away")
        #expect(try other.run(["pull", BytePath(id)]).succeeded().lines == [id])
        try other.run(["verify", BytePath(id)]).succeeded()
        try other.run(["delete", "--yes", BytePath(id)]).succeeded()
        try other.run(["gc", "--now"]).succeeded()
      }
    }
  }

  @Test("what is whole in a damaged pack is kept, also if the one who finds it has nothing of it")
  func partly() throws {
    let (scene, remote) = try scene()
    var ids: [String] = []
    for name in ["first", "second"] as [BytePath] {
      try scene.repository.write(".env.local", "NAME=\(name)\n" + Self.content, mode: 0o600)
      ids.append(try scene.take("custom", name))
    }
    try scene.checkpoint("push", "--all")
    let pack = try #require(try files(remote, "packs").first)
    #expect(try files(remote, "packs").count == 1)
    // The first frame is of the first checkpoint.
    var bytes = try FileTree.readAll(pack)
    bytes[6] ^= 0xFF
    try write(pack, bytes)
    let stranger = try clone(scene, "stranger")
    try stranger.run(["custom", "own"]).succeeded()
    let verified = try stranger.run(["push", "--verify"])
    #expect(verified.code == 12 && verified.errorText.contains(ids[0]), "\(verified)")
    #expect(try stranger.run(["pull", "second"]).succeeded().lines == [ids[1]])
    let failed = try stranger.run(["pull", "--all", "--json"])
    #expect(try failed.code == 3 && failed.json()["failed"]?.array?.count == 1, "\(failed)")
    try scene.checkpoint("push", "--all", "--verify")
    #expect(!FileTree.exists(pack))
    #expect(try stranger.run(["pull", "--all"]).succeeded().lines == [ids[0]])
    try stranger.run(["verify", "--all"]).succeeded()
  }

  @Test(
    "a copy that another clone pushed is not sent again, and what is damaged here keeps nothing else back")
  func others() throws {
    let (scene, remote) = try scene()
    let first = try scene.take("custom", "first")
    try scene.checkpoint("push")
    let other = try clone(scene, "other")
    try other.run(["pull", "--all"]).succeeded()
    #expect(try other.run(["push", "--all"]).succeeded().line == "there has all of them already")
    #expect(
      try Program.run(["find", remote.appending("checkpoints"), "-type", "f"]).succeeded().lines.count == 1)
    try scene.repository.write(".env.local", Self.content, mode: 0o600)
    let damaged = try scene.take("custom", "damaged")
    let chunks = try Program.run([
      "find", scene.store.appending("chunks"), "-type", "f", "-newer",
      scene.store.appending("manifests/\(first).json"),
    ]).succeeded().lines
    for chunk in chunks { try write(BytePath(chunk), Array("x".utf8)) }
    try scene.repository.write(".env.local", "NUMBER=2\n", mode: 0o600)
    try scene.repository.write("lost.txt", "lost\n")
    let lost = try scene.take("custom", "lost")
    let object = try scene.repository.git("hash-object", "lost.txt").line
    try FileTree.remove(
      scene.repository.top.appending(".git/objects/\(object.prefix(2))/\(object.dropFirst(2))"))
    try FileTree.remove(scene.repository.top.appending("lost.txt"))
    let last = try scene.take("custom", "last")
    let result = try scene.run("push", "--all")
    #expect(result.code == 3 && result.lines == [last], "\(result)")
    for id in [damaged, lost] { #expect(result.errorText.contains("\(id) was not pushed"), "\(result)") }
    try scene.checkpoint("verify", "--remote", "away")
  }

  @Test("a name, a place and a choice that make no sense are refused with what to do")
  func refusals() throws {
    let (scene, remote) = try scene()
    func refused(_ words: BytePath..., code: Int32, _ text: String) throws {
      let result = try scene.program.run(words)
      #expect(result.code == code && result.errorText.contains(text), "\(words): \(result)")
    }
    try refused("push", code: 10, "checkpoint is not set up")
    try refused("pull", code: 1, "has no checkpoint yet")
    let id = BytePath(try scene.take("full"))
    try refused("remote", "add", "away", "/tmp/x", code: 1, "there is a remote “away” already")
    try refused("remote", "add", "a/b", "/tmp/x", code: 2, "cannot name a remote")
    try refused("remote", "add", "in", "below", code: 1, "is inside the project")
    try refused("remote", "add", "in", ".git/x", code: 1, "is inside the project")
    try refused("remote", "add", "full", scene.program.home, code: 1, "is not empty, and is no remote")
    try refused("remote", "add", "s3", "s3://bucket/x", code: 2, "other remotes are not supported yet")
    try refused("push", "--remote", "nowhere", code: 2, "there is no remote “nowhere”")
    try refused("push", "--kind", "rescue", code: 2, "is no kind of checkpoint")
    try refused("push", "--all", "full", code: 2, "exclude each other")
    try refused("pull", "nothing", code: 1, "has no checkpoint yet")
    try refused("verify", "--remote", "away", "--all", code: 2, "does not go with it")
    try scene.checkpoint("push")
    try refused("pull", "nothing", code: 1, "the remote has no checkpoint “nothing”")
    try scene.checkpoint("rollback", "--yes", id)
    try refused("push", "before-rollback", code: 2, "it is what undo needs here")
    let second = scene.directory.path.appending("second")
    try scene.checkpoint("remote", "add", "second", second)
    try refused("push", code: 2, "there are several remotes")
    #expect(try scene.checkpoint("push", "--remote", "second").lines == [id.description])
    // A disk that is not mounted is not an empty remote.
    try FileTree.remove(second)
    try FileTree.makeDirectories(second, mode: 0o700)
    try refused("push", "--remote", "second", code: 1, "there is no remote at")
    #expect(try FileTree.list(second).isEmpty)
    try write(remote.appending("checkpoint-remote"), Array("checkpoint remote 2\n".utf8))
    try refused("push", "--remote", "away", code: 1, "has format 2")
    try scene.checkpoint("remote", "remove", "away")
    #expect(try scene.checkpoint("remote", "list").text.contains("away") == false)
    #expect(FileTree.exists(remote))
  }

  @Test(
    "a full disk leaves nothing half there, and the push goes on once there is room",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)))
  func full() throws {
    let scene = try Scene.small()
    let place = scene.directory.path.appending("disk")
    try FileTree.makeDirectories(place, mode: 0o700)
    try SmallFileSystem.with(at: place, byteCount: 1 << 20) { _ in
      try scene.checkpoint("remote", "add", "away", place.appending("away"))
      _ = try scene.take("custom", "small")
      try scene.checkpoint("push")
      let large = (0..<2_000_000).map { _ in UInt8.random(in: 0...255) }
      try scene.repository.write(".env.local", large, mode: 0o600)
      _ = try scene.take("custom", "large")
      let refused = try scene.run("push")
      #expect(refused.code == 1 && refused.errorText.contains("No space left"), "\(refused)")
      #expect(try scene.checkpoint("verify", "--remote", "away").text.contains("1 checkpoint"))
      try Program.run(["mount", "-o", "remount,size=8m", place]).succeeded()
      try scene.checkpoint("push")
      #expect(try scene.checkpoint("verify", "--remote", "away").text.contains("2 checkpoints"))
    }
  }

  @Test("a checkpoint of the same id and other contents stays as it is")
  func clash() throws {
    let (scene, _) = try scene()
    let id = BytePath(try scene.take("full"))
    try scene.checkpoint("push")
    let manifest = scene.store.appending("manifests/\(id).json")
    let bytes = try FileTree.readAll(manifest)
    try write(manifest, Array(String(decoding: bytes, as: UTF8.self).replacing("0.1.0", with: "0.1.1").utf8))
    let result = try scene.run("pull", id)
    #expect(
      result.code == 1 && result.errorText.contains("there is another checkpoint \(id) here"), "\(result)")
  }
}

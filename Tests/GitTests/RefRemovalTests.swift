// Refs that are removed as files: the others stay as they are, also beside git, after a kill and on a full disk.

import FileSystem
import Glibc
import TestSupport
import Testing

@testable import Git

@Suite("Removing refs")
struct RefRemovalTests {
  private let repository: Repository

  init() throws {
    repository = try Repository()
    try repository.write("a", "a\n")
    try repository.commit()
    try repository.git("tag", "--annotate", "--message", "m", "v1")
  }

  private var packed: BytePath { repository.path(".git/packed-refs") }
  private var lock: BytePath { repository.path(".git/packed-refs.lock") }

  private static func name(_ number: Int) -> String { "refs/checkpoints/\(number)/state" }

  private func make(_ count: Int) throws -> [String] {
    let names = (0..<count).map(Self.name)
    let words = names.map { "create \($0) HEAD\n" }.joined()
    try repository.git(["update-ref", "--stdin"], input: Array(words.utf8))
    return names
  }

  private func refs() throws -> Set<String> {
    Set(try repository.git("for-each-ref", "--format=%(refname)").split(separator: "\n").map(String.init))
  }

  private func remains(in directory: BytePath = ".git") throws -> [BytePath] {
    try FileTree.list(repository.path(directory)).filter { $0.description.hasPrefix("packed-refs") }
  }

  @Test("loose and packed ones, annotated tags and logs go; all others, and packed-refs' mode, stay")
  func removal() throws {
    try repository.git("config", "core.logAllRefUpdates", "always")
    let names = try make(6)
    let tag = "refs/tags/checkpoint/1"
    try repository.git("tag", "--annotate", "--message", "m", "checkpoint/1")
    try repository.git("tag", "--annotate", "--message", "m", "checkpoint/2")
    try repository.git("pack-refs", "--all")
    // One that is both, with another value in packed-refs.
    try repository.write("b", "b\n")
    try repository.commit()
    try repository.git("update-ref", BytePath(names[0]), "HEAD")
    try repository.git("update-ref", "refs/checkpoints/7/head", "HEAD")
    try FileTree.setPermissions(packed, 0o664)
    try repository.database().deleteRefs(
      Array(names.prefix(4)) + [tag, "refs/checkpoints/7/head", "refs/checkpoints/none/state"])
    #expect(
      try refs() == [names[4], names[5], "refs/heads/main", "refs/tags/v1", "refs/tags/checkpoint/2"])
    for name in ["v1", "checkpoint/2"] {
      #expect(try repository.id(BytePath("\(name)^{commit}")) == repository.id("HEAD~1"))
    }
    #expect(try repository.git("fsck", "--strict", "--no-dangling") == "")
    #expect(try FileTree.status(packed)?.permissions == 0o664 && remains() == ["packed-refs"])
    #expect(!FileTree.exists(repository.path(".git/logs/refs/checkpoints/0")))
    #expect(FileTree.exists(repository.path(".git/logs/refs/checkpoints/4/state")))
    #expect(try FileTree.list(repository.path(".git/refs/checkpoints")).isEmpty)
  }

  @Test("what a symbolic ref leads to stays", arguments: [false, true])
  func symbolic(isGits: Bool) throws {
    if isGits {
      try repository.git("pack-refs", "--all")
      try SystemFileOperations().rename(packed, to: repository.path("elsewhere"))
      try repository.link(".git/packed-refs", to: "../elsewhere")
    }
    try repository.git("symbolic-ref", "refs/checkpoints/x/state", "refs/heads/main")
    try repository.git("update-ref", "refs/checkpoints/y/state", "HEAD")
    try repository.git("pack-refs", "--all")
    try repository.database().deleteRefs(["refs/checkpoints/x/state", "refs/checkpoints/y/state"])
    #expect(try refs() == ["refs/heads/main", "refs/tags/v1"])
    if isGits { #expect(try FileTree.status(packed)?.kind == .symbolicLink) }
  }

  @Test("git, packing all refs meanwhile, brings none back, and the user's stay")
  func beside() throws {
    for _ in 0..<5 {
      let names = try make(150)
      let database = try repository.database()
      let repository = repository
      let isPacked = Pending {
        for number in 0..<6 {
          try repository.git("branch", "--force", BytePath("b\(number)"), "HEAD")
          try repository.git("pack-refs", "--all", "--prune")
        }
      }
      try database.deleteRefs(names)
      try isPacked.get()
      #expect(try refs().count { $0.hasPrefix("refs/checkpoints") } == 0)
      #expect(try refs().count { $0.hasPrefix("refs/heads/b") } == 6)
    }
  }

  @Test("refs that git was just packing do not come back when it has finished")
  func packing() throws {
    let names = try make(3)
    try repository.git("pack-refs", "--all")
    let result = try FileTree.readAll(packed)
    // As it is while git packs: the refs are loose, and the lock is held.
    for name in names { try repository.git("update-ref", "-d", BytePath(name)) }
    _ = try make(3)
    try TemporaryDirectory.write(lock, [])
    let (packed, lock, last) = (packed, lock, repository.path(BytePath(".git/\(names[2])")))
    let isPacked = Pending {
      while FileTree.exists(last) { usleep(1000) }
      usleep(20_000)
      try SystemFileOperations().replaceFile(packed, with: result)
      try FileTree.remove(lock)
    }
    try repository.database().deleteRefs(names)
    try isPacked.get()
    #expect(try refs() == ["refs/heads/main", "refs/tags/v1"])
  }

  @Test("a lock of git's is waited for, and named if it stays")
  func locked() throws {
    let names = try make(2)
    try repository.git("pack-refs", "--all")
    try TemporaryDirectory.write(lock, [])
    #expect(throws: GitLocked.self) { try repository.database().deleteRefs(names) }
    #expect(try refs().isSuperset(of: names) && remains() == ["packed-refs", "packed-refs.lock"])
    let database = try repository.database()
    let lock = lock
    let isFree = Pending {
      usleep(100_000)
      try FileTree.remove(lock)
    }
    try database.deleteRefs(names)
    try isFree.get()
    #expect(try refs() == ["refs/heads/main", "refs/tags/v1"])
  }

  @Test(
    "a lock that a killed process of ours left is removed, another's is not",
    arguments: ["packed-refs", "packed-refs.PID.1.tmp", nil])
  func abandoned(file: String?) throws {
    let names = try make(2)
    try repository.git("pack-refs", "--all")
    // Of a process that is dead, or seems to be alive in another container.
    for process in [
      try #require((2_000_000..<4_000_000).map { pid_t($0) }.first(where: ProcessMark.isDead)), getpid(),
    ] {
      let left = file.map { repository.path(BytePath(".git/\($0.replacing("PID", with: "\(process)"))")) }
      if let left, left != packed { try TemporaryDirectory.write(left, []) }
      func lockIt() throws {
        if let left {
          try FileTree.makeHardLink(lock, to: left)
        } else {
          try TemporaryDirectory.write(lock, [])
        }
      }
      try lockIt()
      // It may just be in use.
      try RefRemoval.removeAbandoned(in: repository.path(".git"))
      let isDead = process != getpid()
      #expect(FileTree.exists(lock) && left.map { FileTree.exists($0) == (!isDead || $0 == packed) } != false)
      try FileTree.remove(lock)
      if let left, left != packed { try TemporaryDirectory.write(left, []) }
      try lockIt()
      let later = Timestamp(millisecondsSinceEpoch: SystemClock().now().millisecondsSinceEpoch + 20_000)
      try RefRemoval.removeAbandoned(in: repository.path(".git"), at: later)
      #expect(FileTree.exists(lock) == (left == nil))
      try FileTree.remove(lock)
    }
    #expect(try refs().isSuperset(of: names))
  }

  @Test("a deletion takes a lock of ours away that stays, and finishes")
  func ownLock() throws {
    let names = try make(2)
    try repository.git("pack-refs", "--all")
    try FileTree.makeHardLink(lock, to: packed)
    try repository.database().deleteRefs(names)
    #expect(try refs() == ["refs/heads/main", "refs/tags/v1"] && remains() == ["packed-refs"])
  }

  @Test("packed-refs stays its owner's", .enabled(if: geteuid() == 0, "only root can give files away"))
  func owner() throws {
    let names = try make(2)
    try repository.git("pack-refs", "--all")
    let stranger = FileOwner(user: 12_345, group: 23_456)
    try FileTree.setPermissions(packed, 0o600)
    try stranger.own(packed)
    try repository.database().deleteRefs(names)
    let status = try #require(try FileTree.status(packed))
    #expect(FileOwner(status) == stranger && status.permissions == 0o600)
    #expect(try refs() == ["refs/heads/main", "refs/tags/v1"])
  }

  @Test("a full disk changes nothing", arguments: [FaultyFileOperations.Call.open, .write, .sync, .rename])
  func full(_ call: FaultyFileOperations.Call) throws {
    let names = try make(2)
    try repository.git("pack-refs", "--all")
    let before = try refs()
    let files = FaultyFileOperations(failing: call)
    #expect(throws: SystemError.self) { try repository.database(files: files).deleteRefs(names) }
    #expect(try refs() == before && remains() == ["packed-refs"])
    files.heal()
    try repository.database(files: files).deleteRefs(names)
    #expect(try refs() == ["refs/heads/main", "refs/tags/v1"])
  }
}

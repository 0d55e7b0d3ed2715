// Repositories that have lost something: objects that rotted or are gone, refs that were deleted. A rollback finds
// that out before it touches anything, and says what is missing.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Damaged repositories")
struct DamagedRepositoryTests {
  /// A checkpoint of work in progress, and everything different now.
  private func prepare(
    _ scene: Scene, _ more: (SampleRepository) throws -> Void = { _ in }
  ) throws -> (id: String, before: Picture) {
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    try more(scene.repository)
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.scramble()
    return (id, before)
  }

  private func object(_ scene: Scene, _ revision: String) throws -> String {
    try #require(try scene.repository.git("rev-parse", "--verify", revision).lines.first)
  }

  private func path(_ object: String, _ scene: Scene) -> BytePath {
    scene.repository.top.appending("\(".git/objects/\(object.prefix(2))/\(object.dropFirst(2))")")
  }

  private func damage(_ file: BytePath, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = FileTree.exists(file) ? try FileTree.readAll(file) : []
    change(&bytes)
    try SystemFileOperations().replaceFile(file, with: bytes, mode: 0o444)
  }

  /// Requires that a rollback is refused for a reason that is named, and that nothing was touched.
  private func expectRefused(
    _ scene: Scene, _ id: String, naming text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let broken = try scene.picture()
    let result = try scene.run("rollback", "--yes", id)
    #expect(result.code == 1 || result.code == 12, "\(result)", sourceLocation: location)
    #expect(result.errorText.hasPrefix("error: "), "\(result)", sourceLocation: location)
    #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: location)
    try scene.expect(broken, "\(result)", sourceLocation: location)
    let pending = try scene.run("status", "--json").json()["pending"]?.string
    #expect(pending == nil, "\(result)", sourceLocation: location)
  }

  private func expectDamageFound(
    _ scene: Scene, _ id: String, naming text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try scene.run("verify", id)
    #expect(result.code == 12 && result.printed.contains(text), "\(result)", sourceLocation: location)
  }

  // MARK: Objects

  /// Which object of a checkpoint is hit.
  enum Part: String, CaseIterable {
    case rawFile = "worktree/src/part2.txt"
    case untracked = "worktree/untracked/group"
    case cleanFile = "worktree/src/deep/er/file.txt"
    case link = "worktree/link"
    case directory = "worktree/odd"
    case worktree = "worktree"
    case index = "index/0"
    case metadata = "state.json"
  }

  /// How an object can rot. The last four bytes are zlib's checksum.
  enum Rot: CaseIterable { case otherChecksum, empty, strangersBytes, gone, cutShort }

  @Test("a rotten loose object of any kind")
  func kindsOfObjects() throws { try expectFound(.otherChecksum, Part.allCases) }

  @Test(
    "a loose object that rotted in any way, or was cut short, as after a power failure",
    arguments: LongHunt.cases(Rot.allCases))
  func waysToRot(rot: Rot) throws { try expectFound(rot, [.rawFile, .directory]) }

  /// Lets one object after the other rot, and repairs it.
  private func expectFound(_ rot: Rot, _ parts: [Part]) throws {
    let scene = try Scene()
    let (id, before) = try prepare(scene)
    let state = "refs/checkpoints/\(id)/state"
    let stranger = try FileTree.readAll(path(object(scene, "\(state):worktree/.gitignore"), scene))
    for part in parts {
      let object = try object(scene, "\(state):\(part.rawValue)")
      let original = try FileTree.readAll(path(object, scene))
      try damage(path(object, scene)) { bytes in
        switch rot {
        case .otherChecksum: bytes[bytes.count - 1] ^= 0x10
        case .cutShort: bytes.removeLast(bytes.count / 2)
        case .empty, .gone: bytes = []
        case .strangersBytes: bytes = stranger
        }
      }
      if rot == .gone { try FileTree.remove(path(object, scene)) }
      try expectDamageFound(scene, id, naming: object)
      let count = try scene.names(in: "manifests").count
      try expectRefused(scene, id, naming: object)
      // Found before anything was begun: there is no rescue. The index's trees are read later.
      if part != .index { #expect(try scene.names(in: "manifests").count == count, "\(part)") }
      try damage(path(object, scene)) { $0 = original }
    }
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  @Test("a rotten loose object that unpacks to more than it says")
  func growingObject() throws {
    let scene = try Scene()
    try scene.repository.write("deep", "deep\n")
    try scene.repository.commit()
    let id = try scene.take("full")
    try scene.repository.write("deep", "changed\n")
    let object = try object(scene, "HEAD:deep")
    // “blob 5”, a zero byte, and then 73 bytes instead of 5: the object of “deep” with one bit turned over.
    let bytes: [UInt8] = [
      0x78, 0x01, 0x4B, 0xCA, 0xC9, 0x4F, 0x52, 0x30, 0x65, 0x48, 0x59, 0x4D, 0x2D, 0xE0, 0x02, 0x00, 0x19,
      0x24, 0x03, 0x9D,
    ]
    try damage(path(object, scene)) { $0 = bytes }
    try expectDamageFound(scene, id, naming: object)
    try expectRefused(scene, id, naming: object)
  }

  /// More than libgit2 is asked to hold in memory, and more than any compression makes smaller.
  private func noise() throws -> [UInt8] {
    let source = try OpenFile.open("/dev/urandom", flags: O_RDONLY)
    return try [UInt8](unsafeUninitializedCapacity: 9_600_000) { buffer, count in
      count = try source.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  @Test("a rotten object of more than a few megabytes", arguments: LongHunt.cases([true, false]))
  func largeObject(isCutShort: Bool) throws {
    let scene = try Scene()
    let (id, before) = try prepare(scene) { repository in
      try repository.write("large.bin", noise())
    }
    try scene.repository.remove("large.bin")
    let object = try object(scene, "refs/checkpoints/\(id)/state:worktree/large.bin")
    let file = path(object, scene)
    let original = try FileTree.readAll(file)
    try damage(file) { bytes in
      if isCutShort { bytes.removeLast(bytes.count / 3) } else { bytes[bytes.count / 2] ^= 0x10 }
    }
    try expectRefused(scene, id, naming: object)
    #expect(!scene.repository.exists("large.bin"))
    try damage(file) { $0 = original }
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  @Test("verify finds a rotten object of more than a few megabytes")
  func largeObjectVerified() throws {
    let scene = try Scene.small()
    try scene.repository.write("large.bin", noise())
    let id = try scene.take("full")
    let object = try object(scene, "refs/checkpoints/\(id)/state:worktree/large.bin")
    try damage(path(object, scene)) { $0[$0.count / 2] ^= 0x10 }
    try expectDamageFound(scene, id, naming: object)
  }

  /// What happened to the pack.
  enum PackDamage: CaseIterable { case flipped, cutShort, gone, indexGone, indexFlipped }

  @Test("a rotten pack", arguments: LongHunt.cases(PackDamage.allCases))
  func pack(damage kind: PackDamage) throws {
    let scene = try Scene()
    let (id, _) = try prepare(scene) { repository in
      for number in 0..<150 {
        let text = String(repeating: "file \(number) of many\n", count: number + 1)
        try repository.write("many/\(number)", text)
      }
    }
    try scene.repository.remove("many")
    let directory = scene.repository.top.appending(".git/objects/pack")
    let names = try FileTree.list(directory)
    let pack = try #require(names.first { $0.description.hasSuffix(".pack") })
    let index = try #require(names.first { $0.description.hasSuffix(".idx") })
    #expect(names.count { $0.description.hasSuffix(".pack") } == 1)
    switch kind {
    case .flipped: try damage(directory.appending(pack)) { $0[$0.count / 2] ^= 0x10 }
    case .cutShort: try damage(directory.appending(pack)) { $0.removeLast($0.count / 2) }
    case .gone: try FileTree.remove(directory.appending(pack))
    case .indexGone: try FileTree.remove(directory.appending(index))
    case .indexFlipped: try damage(directory.appending(index)) { $0[1032 + 10 * 20 + 3] ^= 0x10 }
    }
    try expectRefused(scene, id, naming: "cannot read the object ")
    try expectDamageFound(scene, id, naming: "cannot read the object ")
  }

  @Test("a damaged checkpoint does not keep the next one from being taken")
  func nextCheckpoint() throws {
    let scene = try Scene.small()
    try scene.repository.write("a.txt", "changed\n")
    let id = try scene.take("custom", "damaged")
    let object = try object(scene, "refs/checkpoints/\(id)/state:worktree/a.txt")
    try damage(path(object, scene)) { $0[$0.count - 1] ^= 0x10 }
    try scene.repository.write("a.txt", "changed again\n")
    try scene.checkpoint("custom", "sound")
    try scene.checkpoint("verify", "sound")
  }

  // MARK: Refs and commits

  @Test("without its refs a checkpoint still comes back, until git has cleared its objects away")
  func missingRefs() throws {
    let scene = try Scene()
    let (id, before) = try prepare(scene)
    for ref in ["refs/checkpoints/\(id)/state", "refs/checkpoints/\(id)/head", "refs/checkpoints/\(id)/tag"] {
      try scene.repository.git("update-ref", "-d", ref)
    }
    try expectDamageFound(scene, id, naming: "refs/checkpoints/\(id)/state")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.repository.git("reflog", "expire", "--expire=now", "--all")
    for ref in try scene.refs() { try scene.repository.git("update-ref", "-d", ref) }
    try scene.repository.git("gc", "-q", "--prune=now")
    try expectDamageFound(scene, id, naming: "refs/checkpoints/\(id)/state")
    try expectRefused(scene, id, naming: "object not found")
    try scene.checkpoint("custom", "still-possible")
    try scene.checkpoint("verify", "still-possible")
  }

  @Test("the recorded commit is gone: named before anything is touched")
  func missingCommit() throws {
    let scene = try Scene()
    let (id, _) = try prepare(scene)
    let head = try object(scene, "HEAD")
    try scene.repository.git("checkout", "-q", "--orphan", "other")
    try scene.repository.commit("Unrelated")
    try scene.repository.git("update-ref", "-d", "refs/heads/main")
    try FileTree.remove(path(head, scene))
    try expectRefused(scene, id, naming: head)
    try expectDamageFound(scene, id, naming: head)
  }

  @Test(
    "the commit that HEAD is at is gone: no checkpoint, and git's own words",
    arguments: LongHunt.cases([true, false]))
  func missingHead(isEmpty: Bool) throws {
    let scene = try Scene()
    try scene.repository.fill()
    let head = try object(scene, "HEAD")
    if isEmpty {
      try SystemFileOperations().replaceFile(path(head, scene), with: [], mode: 0o444)
    } else {
      try FileTree.remove(path(head, scene))
    }
    let result = try scene.run("full")
    #expect(result.code == 1 && result.errorText.hasPrefix("error: "), "\(result)")
    let words = isEmpty ? "loose object \(head)" : "bad object HEAD"
    #expect(result.errorText.contains(words), "\(result)")
    try scene.expectNone(scene.leftovers())
    #expect(try scene.names(in: "manifests") == [])
  }

  @Test("an index that git cannot read: no checkpoint, no rollback, and git's own words")
  func brokenIndex() throws {
    let scene = try Scene()
    let (id, _) = try prepare(scene)
    let index = scene.repository.top.appending(".git/index")
    let original = try FileTree.readAll(index)
    let files = try scene.picture().parts["files"]
    try damage(index) { $0.replaceSubrange(0..<8, with: Array("GARBAGE!".utf8)) }
    for command: [BytePath] in [["full"], ["rollback", "--yes", "\(id)"]] {
      let result = try scene.program.run(command)
      #expect(result.code == 1 && result.errorText.contains("index"), "\(result)")
    }
    try damage(index) { $0 = original }
    #expect(try scene.picture().parts["files"] == files)
    try scene.expectNone(scene.leftovers())
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
  }
}

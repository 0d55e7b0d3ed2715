// Every way in which a stored checkpoint can rot is found by verify: exit code 12, the damage named, and the
// checkpoint that it affects.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Verification", .needsPostgreSQL)
struct VerifyTests {
  private func files(below directory: BytePath) throws -> [BytePath] {
    try FileTree.list(directory).flatMap { name -> [BytePath] in
      let path = directory.appending(name)
      return try FileTree.status(path)?.kind == .directory ? files(below: path) : [path]
    }
  }

  private func write(_ bytes: [UInt8], to path: BytePath) throws {
    try FileTree.setPermissions(path, 0o600)
    try SystemFileOperations().write(bytes, to: OpenFile.open(path, flags: O_WRONLY | O_TRUNC))
  }

  /// Runs verify with `bytes` in the place of a file's contents.
  private func verify(_ scene: Scene, with bytes: [UInt8], at path: BytePath) throws -> ProgramResult {
    let original = try FileTree.readAll(path)
    try write(bytes, to: path)
    defer { try? write(original, to: path) }
    return try scene.run("verify", "--all")
  }

  /// Runs verify while a file is away.
  private func verify(_ scene: Scene, without path: BytePath) throws -> ProgramResult {
    let files = SystemFileOperations()
    let aside = scene.directory.path.appending("aside")
    try files.rename(path, to: aside)
    defer { try? files.rename(aside, to: path) }
    return try scene.run("verify", "--all")
  }

  private func expectDamage(_ result: ProgramResult, of id: String, _ what: String) {
    #expect(result.code == 12, "\(what): \(result)")
    #expect(result.lines.contains { $0.hasPrefix("DAMAGED") && $0.contains(id) }, "\(what): \(result)")
  }

  @Test("a flipped byte in any chunk is found, wherever it is")
  func flippedBytes() throws {
    let scene = try Scene.small(.createDatabases)
    let id = try scene.take("full")
    var random = SeededGenerator()
    let chunks = try files(below: scene.store.appending("chunks"))
    #expect(chunks.count > 6)
    for chunk in chunks {
      let original = try FileTree.readAll(chunk)
      var flips = [0, original.count - 1, Int.random(in: 0..<original.count, using: &random)].map {
        ($0, UInt8.random(in: 1...255, using: &random))
      }
      // A bit of zstd's frame header that decoders ignore.
      flips.append((4, 0x10))
      for (index, mask) in flips {
        var bytes = original
        bytes[index] ^= mask
        let result = try verify(scene, with: bytes, at: chunk)
        expectDamage(result, of: id, "byte \(index) ^ \(mask) of \(chunk), seed \(random.seed)")
        #expect(result.text.contains(chunk.lastComponent.description), "the chunk is named")
      }
      expectDamage(try verify(scene, with: [], at: chunk), of: id, "an empty \(chunk)")
      expectDamage(try verify(scene, with: original.dropLast(), at: chunk), of: id, "a short \(chunk)")
      expectDamage(try verify(scene, with: original + [0], at: chunk), of: id, "a long \(chunk)")
      expectDamage(try verify(scene, without: chunk), of: id, "a missing \(chunk)")
    }
    try scene.checkpoint("verify", "--all")
  }

  @Test("a chunk that two checkpoints share makes both of them damaged, and no third one")
  func affectedCheckpoints() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    // Small tables share a chunk, which changes with each of them.
    try database.psql("INSERT INTO things SELECT repeat('x', 1000) || n FROM generate_series(1000, 1200) n")
    let first = try scene.take("custom", "first")
    let shared = Set(try files(below: scene.store.appending("chunks")))
    try database.psql("INSERT INTO people VALUES (1000, 'new')")
    let second = try scene.take("custom", "second")
    let chunk = try #require(try tableChunk("public.things", of: second, scene))
    #expect(shared.contains(chunk))
    let third = try scene.take("custom", "third", "--no-database")
    let result = try verify(scene, without: chunk)
    expectDamage(result, of: first, "shared")
    expectDamage(result, of: second, "shared")
    #expect(result.lines.contains { $0.hasPrefix("sound") && $0.contains(third) }, "\(result)")
    // What is damaged cannot come back, and nothing is touched by trying.
    let before = try scene.picture()
    let aside = scene.directory.path.appending("aside")
    try SystemFileOperations().rename(chunk, to: aside)
    #expect(try scene.run("rollback", "--yes", "second").code == 12)
    try scene.expect(before)
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
    #expect(try database.relatives() == [])
  }

  private func tableChunk(_ table: String, of id: String, _ scene: Scene) throws -> BytePath? {
    let stock = StockTools(store: scene.store)
    let document = try stock.document(ofSource: "postgresql", in: id)
    return try stock.chunks(of: table, in: document).first.map { stock.file($0) }
  }

  @Test("a missing ref, tag or git object is found")
  func gitObjects() throws {
    let scene = try Scene.small()
    try scene.repository.write("a.txt", "staged\n")
    try scene.repository.git("add", "a.txt")
    try scene.repository.write("a.txt", "changed\n")
    try scene.repository.write("new/b.txt", "new\n")
    let id = try scene.take("full")
    let refs = ["refs/checkpoints/\(id)/state", "refs/checkpoints/\(id)/head", "refs/checkpoints/\(id)/tag"]
    #expect(Set(try scene.refs()) == Set(refs))
    for ref in refs {
      expectDamage(try verify(scene, without: scene.repository.top.appending(".git/\(ref)")), of: id, ref)
    }
    let (state, head) = (BytePath(refs[0]), BytePath(refs[1]))
    let listed = try scene.repository.git("ls-tree", "-r", "-t", "--format=%(objectname)", state).lines
    let inHead = try scene.repository.git("ls-tree", "-r", "-t", "--format=%(objectname)", head).lines
    var objects = Set(listed + inHead)
    for name in [refs[0], refs[0] + "^{tree}", refs[1], refs[1] + "^{tree}", refs[2]] {
      objects.insert(try scene.repository.git("rev-parse", name).lines[0])
    }
    for object in objects {
      let path = scene.repository.top.appending(".git/objects/\(object.prefix(2))/\(object.dropFirst(2))")
      expectDamage(try verify(scene, without: path), of: id, "object \(object)")
    }
    try scene.checkpoint("verify", "--all")
  }

  @Test("an object of the recorded state whose bytes rotted is found")
  func rottenObjects() throws {
    let scene = try Scene.small()
    try scene.repository.write("a.txt", "changed\n")
    let id = try scene.take("full")
    let object = try scene.repository.git("hash-object", "a.txt").lines[0]
    let path = scene.repository.top.appending(".git/objects/\(object.prefix(2))/\(object.dropFirst(2))")
    var bytes = try FileTree.readAll(path)
    bytes[bytes.count / 2] ^= 0x10
    expectDamage(try verify(scene, with: bytes, at: path), of: id, "object \(object)")
  }

  @Test("an edited manifest, a moved tag and a moved ref are found")
  func edits() throws {
    let scene = try Scene.small()
    let id = try scene.take("full", "-m", "as it was")
    let manifest = scene.store.appending("manifests/\(id).json")
    let original = try FileTree.readAll(manifest)
    let edited = String(decoding: original, as: UTF8.self).replacing("as it was", with: "as it isn't")
    expectDamage(try verify(scene, with: Array(edited.utf8), at: manifest), of: id, "another message")
    expectDamage(try verify(scene, with: original + [0x0A], at: manifest), of: id, "one more line")
    for bytes in [[], Array(original.prefix(100)), Array("{}".utf8)] {
      expectDamage(try verify(scene, with: bytes, at: manifest), of: id, "a manifest of \(bytes.count) bytes")
    }
    let head = try scene.repository.git("rev-parse", "HEAD").lines[0]
    try scene.repository.commit("Another")
    for ref in ["refs/checkpoints/\(id)/head", "refs/checkpoints/\(id)/tag", "refs/checkpoints/\(id)/state"] {
      let target = try scene.repository.git("rev-parse", BytePath(ref)).lines[0]
      try scene.repository.git("update-ref", BytePath(ref), "HEAD")
      expectDamage(try scene.run("verify", id), of: id, "\(ref) moved")
      try scene.repository.git("update-ref", BytePath(ref), BytePath(target))
    }
    #expect(head != (try scene.repository.git("rev-parse", "HEAD").lines[0]))
    try scene.checkpoint("verify", "--all")
  }
}

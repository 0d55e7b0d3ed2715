// Collecting garbage: what a checkpoint needs stays, whatever happens beside a collection; the rest goes.

import ChunkStore
import Codecs
import FileSystem
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Collecting garbage")
struct StoreGarbageTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let clock = FixedClock()

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.create(at: directory.path.appending("store"))
  }

  private var catalog: Catalog { Catalog(store) }

  private func collection(grace: Int = GarbageCollection.usualGrace) -> GarbageCollection {
    GarbageCollection(store, clock: clock, progress: RecordingProgress(), grace: grace)
  }

  /// A checkpoint with kept files of these contents.
  @discardableResult
  private func publish(_ name: String, _ contents: [String], pause: () -> Void = {}) throws -> CheckpointID {
    let draft = try DraftCheckpoint(name, in: store, at: clock.now())
    defer { draft.end() }
    for content in contents {
      try draft.write(content)
      pause()
    }
    try draft.commit()
    pause()
    let id = try draft.publish()
    pause()
    return id
  }

  private func missing(_ id: CheckpointID) throws -> [String] { try catalog.missingChunks(of: id) }

  @Test("what no checkpoint needs lies in the trash for a day, and goes then")
  func grace() throws {
    let kept = try publish("kept", ["shared", "own"])
    let gone = try publish("gone", ["shared", "lost"])
    try FileTree.remove(catalog.path(of: gone))
    let first = try collection().run()
    #expect(first.discarded.chunks == 3 && first.removed.chunks == 0 && first.trash == first.discarded)
    #expect(try collection().run().trash == first.trash)
    clock.advance(seconds: GarbageCollection.usualGrace)
    #expect(try collection().run().removed == first.discarded)
    #expect(try store.chunkIDs().count == 4 && Trash(store).entries().isEmpty)
    #expect(try missing(kept) == [])
  }

  @Test("alone, it removes at once what lies there, too, and writes nothing")
  func alone() throws {
    try publish("one", ["a"])
    let gone = try publish("gone", ["b"])
    try FileTree.remove(catalog.path(of: gone))
    _ = try collection().run()
    try FileTree.remove(catalog.path(of: publish("more", ["c"])))
    let faulty = FaultyFileOperations(failing: .open)
    let result = try GarbageCollection(
      Store.open(at: store.root, files: faulty), clock: clock, progress: RecordingProgress()
    ).runAlone()
    #expect(result.removed.chunks == 6 && faulty.calls.isEmpty)
    #expect(try store.chunkIDs().count == 3 && Trash(store).entries().isEmpty)
  }

  @Test("a clock that was set back removes nothing early")
  func clockSetBack() throws {
    try FileTree.remove(catalog.path(of: publish("gone", ["b"])))
    _ = try collection().run()
    clock.advance(seconds: -10 * GarbageCollection.usualGrace)
    #expect(try collection().run().removed.chunks == 0)
  }

  @Test(
    "one manifest, note, document or list that cannot be read stops it, and is named",
    arguments: ["manifest", "format", "name", "notes", "document", "list"])
  func unknown(what: String) throws {
    let id = try publish("one", ["a"])
    try FileTree.remove(catalog.path(of: publish("gone", ["b"])))
    let manifest = catalog.path(of: id)
    let text = String(decoding: try FileTree.readAll(manifest), as: UTF8.self)
    let document = try #require(try catalog.manifest(id).sources[0].document)
    let list = try #require(try ChunkReader(store).document(SourceDocument.self, document).list)
    switch what {
    case "manifest": try store.files.replaceFile(manifest, with: Array("{}".utf8))
    case "format":
      let newer = text.replacing("\"format\" : 1", with: "\"format\" : 99")
      #expect(newer != text)
      try store.files.replaceFile(manifest, with: Array(newer.utf8))
    case "name": try store.files.replaceFile(store.manifests.appending("odd.json"), with: Array(text.utf8))
    case "notes":
      try store.files.replaceFile(store.notes.appending("\(id).json"), with: Array("no".utf8))
    case "document": try FileTree.remove(store.path(of: document))
    default: try store.files.replaceFile(store.path(of: list), with: Array("no".utf8))
    }
    let before = try store.chunkIDs()
    for run in [{ try collection().run() }, { try collection().runAlone() }] {
      let error = #expect(throws: Reachability.Unknown.self) { try run() }
      #expect(error?.reasons.count == 1, "\(String(describing: error))")
    }
    #expect(try store.chunkIDs() == before && Trash(store).entries().isEmpty)
  }

  @Test(
    "a session at work keeps what it has announced, also what was there before it, until its checkpoint does")
  func session() throws {
    try FileTree.remove(catalog.path(of: publish("gone", ["old"])))
    let session = try ChunkSession(store)
    let old = try session.write(Array("old".utf8), with: ChunkEncoder())
    let new = try session.write(Array("new".utf8), with: ChunkEncoder())
    try session.commit()
    _ = try collection(grace: 0).run()
    #expect(store.contains(old) && store.contains(new))
    session.end()
    _ = try collection(grace: 0).run()
    #expect(!store.contains(old) && !store.contains(new))
  }

  private func discard(_ id: ChunkID) throws -> Bool {
    try TrashFiller(Trash(store)).put(id, at: clock.now(), isThere: false) != nil
  }

  @Test("what lies in the trash can be read, is taken back by a writer, and by a collection after a kill")
  func inTrash() throws {
    let id = try publish("one", ["a", "b"])
    for chunk in try store.chunkIDs() { #expect(try discard(chunk)) }
    #expect(try missing(id) == [])
    let session = try ChunkSession(store)
    let chunk = try session.write(Array("a".utf8), with: ChunkEncoder())
    #expect(store.contains(chunk) && session.statistics.newChunks == 0)
    session.end()
    #expect(try collection(grace: 0).run().takenBack == 4)
    #expect(try Trash(store).entries().isEmpty && missing(id) == [])
  }

  @Test("a damaged chunk in the trash does not replace the one that was written again")
  func damagedInTrash() throws {
    let id = try publish("one", ["a"])
    let chunk = try #require(try store.chunkIDs().first)
    let bytes = try FileTree.readAll(store.path(of: chunk))
    #expect(try discard(chunk))
    try store.files.replaceFile(store.path(of: chunk), with: bytes)
    try store.files.replaceFile(Trash(store).path(of: chunk), with: [0])
    #expect(try collection(grace: 0).run().takenBack == 1)
    #expect(try missing(id) == [])
  }

  @Test("a chunk that was taken back, and is not needed after all, goes with both names")
  func takenBackInVain() throws {
    try FileTree.remove(catalog.path(of: publish("gone", ["a"])))
    _ = try collection().run()
    let session = try ChunkSession(store)
    let chunk = try session.write(Array("a".utf8), with: ChunkEncoder())
    #expect(store.contains(chunk))
    session.end()
    _ = try collection(grace: 0).run()
    #expect(try !store.contains(chunk) && Trash(store).entries().isEmpty)
  }

  @Test("an id that was given again has the needs of its second checkpoint")
  func secondLife() throws {
    var needed = Reachability(store, progress: RecordingProgress())
    let id = try publish("one", ["a"])
    try needed.readAll()
    let first = needed.chunks
    try FileTree.remove(catalog.path(of: id))
    try publish("one", ["b"])
    try needed.readAll()
    #expect(needed.chunks.count == first.count + 3)
  }

  @Test("two at once: the second says so")
  func two() throws {
    let lock = try FileLock.acquire(store.root.appending("lock.collection"), .exclusive)
    #expect(throws: GarbageCollection.Problem.self) { try collection().run() }
    withExtendedLifetime(lock) {}
  }

  @Test("writers, deletions, readers and collections in any order: every checkpoint stays whole")
  func together() throws {
    let seconds = LongHunt.isOn ? 30.0 : 3.0
    let end = MonotonicTime.now + seconds
    let published = Mutex<[CheckpointID]>([])
    let counts = Mutex((taken: 0, removed: 0))
    let writer = { @Sendable (name: String) in
      var number = 0
      while MonotonicTime.now < end {
        number += 1
        // Few different contents, so that most of them are there already, or in the trash.
        let contents = (0..<3).map { _ in "content \(Int.random(in: 0..<12))" }
        let id = try publish("\(name)-\(number)", contents) {
          if Bool.random() { usleep(.random(in: 0..<300)) }
        }
        published.withLock { $0.append(id) }
        counts.withLock { $0.taken += 1 }
      }
    }
    let deleter = { @Sendable in
      while MonotonicTime.now < end {
        let victim = published.withLock { ids -> CheckpointID? in
          ids.isEmpty ? nil : ids.remove(at: .random(in: 0..<ids.count))
        }
        if let victim { try FileTree.remove(catalog.path(of: victim)) }
        usleep(.random(in: 0..<2000))
      }
    }
    let collector = { @Sendable in
      while MonotonicTime.now < end {
        let result = try collection(grace: 0).run()
        counts.withLock { $0.removed += result.removed.chunks }
      }
    }
    let reader = { @Sendable in
      while MonotonicTime.now < end {
        guard let id = published.withLock({ $0.randomElement() }) else { continue }
        let problems = (try? missing(id)) ?? []
        // Those of one that was deleted meanwhile do not count.
        if !problems.isEmpty && published.withLock({ $0.contains(id) }) { Issue.record("\(id): \(problems)") }
      }
    }
    try Threads.concurrently([{ try writer("a") }, { try writer("b") }, deleter, collector, reader])
    for id in published.withLock({ $0 }) { #expect(try missing(id) == []) }
    let (taken, removed) = counts.withLock { $0 }
    #expect(taken > 20 && removed > 0)
    _ = try collection(grace: 0).run()
    var needed = Reachability(store, progress: RecordingProgress())
    try needed.readAll()
    #expect(Set(try store.chunkIDs()) == needed.chunks)
  }
}

// A list of checkpoints with its cache: whatever happened to manifests, notes and the cache, it says what is there.

import ChunkStore
import FileSystem
import Glibc
import TestSupport
import Testing

@testable import Checkpoints
@testable import Git

@Suite("Listing with a cache")
struct ListingTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let catalog: Catalog

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.create(at: directory.appending("store"))
    catalog = Catalog(store)
  }

  private var cache: BytePath { store.root.appending("listing.cache") }

  private func notes(_ id: CheckpointID) -> BytePath { store.notes.appending("\(id).json") }

  private func write(_ path: BytePath, _ bytes: [UInt8]) throws {
    try SystemFileOperations().replaceFile(path, with: bytes)
  }

  /// Adds a checkpoint, each of another kind, with everything that a list shows.
  @discardableResult
  private func add(_ number: Int, message: String? = nil) throws -> CheckpointID {
    let kinds: [Kind] = [.stage, .full, .incremental, .custom, .rescue, .database]
    let kind = kinds[number % kinds.count]
    let time = Timestamp(
      millisecondsSinceEpoch: FixedClock.start.millisecondsSinceEpoch + number / 3 * 1000 + (number * 7) % 5)
    let phase = Phase.allCases[number / 6 % 4]
    let name = kind == .stage ? "stage-0\(number % 3)-\(phase)" : "\(kind.rawValue)-\(number)"
    let id = CheckpointID(name: try CheckpointName(name), at: time, number: number % 2 + 1)
    var git = Manifest.GitRecord(
      head: number % 5 == 0 ? nil : ObjectID(String(repeating: "\(number % 10)", count: 40)), branch: "main")
    git.stateTree = number % 3 == 0 ? nil : ObjectID(String(repeating: "a", count: 40))
    git.unstaged = number % 2
    git.untracked = number
    var manifest = Manifest(
      id: id, name: name, kind: kind, createdAt: time, toolVersion: "test", message: message,
      stage: kind == .stage ? try Stage.parse(name) : nil, git: git, sources: [], excluded: [],
      sizes: .init(bytesRead: number, bytesStored: number * 1000), durations: [:])
    if number % 2 == 0 {
      manifest.sources = [
        SourceRecord(
          name: "main", type: "postgresql", document: nil, label: "shop", counts: [:], liveByteCount: number,
          streamByteCount: 0)
      ]
    }
    if phase == .complete && kind == .stage {
      manifest.tests = TestRun(outcome: TestRun.Outcome.allCases[number % 5], command: "true")
    }
    try write(catalog.path(of: id), JSON.encode(manifest))
    return id
  }

  /// What the manifests and notes themselves say.
  private func expected() throws -> [ListEntry] {
    try catalog.manifests().readable.map { ListEntry($0, try? catalog.notes($0.id)) }
  }

  /// Until every change shows: a file system's clock stands still for some milliseconds.
  private func settle() throws {
    for directory in [store.manifests, store.notes] {
      for name in try FileTree.list(directory) {
        let identity = FileIdentity(try #require(try FileTree.status(directory.appending(name))))
        let deadline = MonotonicTime.now + 30
        while !identity.isSettled(at: FileIdentity.now()) {
          try #require(MonotonicTime.now < deadline)
          usleep(500)
        }
      }
    }
  }

  /// Fifty checkpoints, half of them with notes, and a cache of all.
  private func fill() throws -> [CheckpointID] {
    let ids = try (0..<50).map { try add($0) }
    for (number, id) in ids.enumerated() where number % 2 == 0 {
      try catalog.updateNotes(id) { notes in
        notes.verifiedAt = number % 4 == 0 ? FixedClock.start : nil
        notes.isMarkedStable = number % 3 == 0 ? nil : number % 3 == 1
        notes.isCritical = number % 6 == 4
        notes.isSpent = number % 10 == 0
        notes.damage = number % 16 == 0 ? ["a chunk"] : nil
        notes.proof =
          number % 5 == 0
          ? Proof(at: FixedClock.start, seconds: 1, problems: number % 10 == 0 ? [] : ["x"]) : nil
      }
    }
    try settle()
    #expect(try Listing.read(store).entries == expected())
    try #require(FileTree.exists(cache))
    return ids
  }

  @Test("what is listed is what manifests and notes say, oldest first, with and without the cache")
  func same() throws {
    let ids = try fill()
    let expected = try expected()
    #expect(expected.count == ids.count && Set(expected.compactMap(\.tests)).count > 1)
    #expect(expected.map(\.createdAt) == expected.map(\.createdAt).sorted())
    #expect(try Listing.read(store).entries == expected)
    try FileTree.remove(cache)
    #expect(try Listing.read(store).entries == expected)
  }

  @Test("the cache is what is shown of files that are the same, so it is used at all")
  func used() throws {
    _ = try fill()
    var records = ListingCache(store).read()
    #expect(records.count == 50)
    for index in records.indices { records[index].entry.bytesStored = 1 << 40 }
    ListingCache(store).write(records)
    #expect(try Listing.read(store).entries.allSatisfy { $0.bytesStored == 1 << 40 })
  }

  @Test("every change of notes shows at once: marked, verified, taken back, gone, unreadable")
  func notesChange() throws {
    let ids = try fill()
    for (number, id) in ids.enumerated() {
      switch number % 5 {
      case 0: try catalog.updateNotes(id) { $0.isMarkedStable = !($0.isMarkedStable ?? false) }
      case 1: try catalog.updateNotes(id) { $0.verifiedAt = FixedClock.start }
      case 2: try FileTree.remove(notes(id))
      case 3: try write(notes(id), Array("{".utf8))
      default: try catalog.updateNotes(id) { $0.warm = [] }
      }
      #expect(try Listing.read(store).entries == expected(), "\(number)")
    }
    #expect(try Listing.read(store).entries.contains { $0.standing == nil })
  }

  @Test("a file that was written over in its place, with its size and its time kept, shows")
  func inPlace() throws {
    let ids = try fill()
    let path = catalog.path(of: ids[8])
    let before = try #require(try FileTree.status(path))
    var bytes = try FileTree.readAll(path)
    let place = try #require(bytes.firstRange(of: Array("\"untracked\" : 8".utf8)))
    bytes[place.upperBound - 1] = UInt8(ascii: "9")
    let file = try OpenFile.open(path, flags: O_WRONLY)
    try SystemFileOperations().write(bytes, to: file)
    let times = [before.modified, before.modified]
    try #require(futimens(file.descriptor, times) == 0)
    let after = try #require(try FileTree.status(path))
    #expect(after.byteCount == before.byteCount && after.inode == before.inode)
    #expect(FileIdentity(after).modified == FileIdentity(before).modified)
    let entries = try Listing.read(store).entries
    #expect(try entries == expected() && entries.contains { $0.id == ids[8] && $0.dirtyCount == 9 })
  }

  @Test("checkpoints that came, went, or cannot be read are listed as they are")
  func manifestsChange() throws {
    let ids = try fill()
    try FileTree.remove(catalog.path(of: ids[3]))
    try FileTree.remove(notes(ids[4]))
    try FileTree.remove(catalog.path(of: ids[4]))
    try add(100)
    try write(catalog.path(of: ids[7]), Array("{}".utf8))
    try write(store.manifests.appending("notes.txt"), [])
    try write(store.manifests.appending("x.json"), [])
    let elsewhere = store.root.appending("elsewhere.json")
    try FileTree.makeLink(catalog.path(of: ids[3]), to: elsewhere)
    let listing = try Listing.read(store)
    #expect(try listing.entries == expected() && listing.entries.count == 48)
    #expect(Set(listing.unreadable.map(\.path)) == Set(try catalog.manifests().unreadable.map(\.path)))
    // A link is no file of the store, whatever it leads to.
    try write(elsewhere, try FileTree.readAll(catalog.path(of: ids[5])).map { $0 })
    #expect(try Listing.read(store).entries == expected() && Listing.read(store).entries.count == 48)
    // Another sixty are worth a new cache, in which those that went have no place.
    for number in 200..<260 { try add(number) }
    try settle()
    #expect(try Listing.read(store).entries == expected())
    let names = ListingCache(store).read().map { String(decoding: $0.name, as: UTF8.self) }
    #expect(names.count == 108 && names == names.sorted())
    #expect(!names.contains("\(ids[3]).json") && !names.contains("\(ids[7]).json"))
    #expect(try Listing.read(store).entries == expected())
  }

  @Test("any damage to the cache is as good as none")
  func damage() throws {
    _ = try fill()
    let expected = try expected()
    let sound = try FileTree.readAll(cache)
    var damaged: [[UInt8]] = stride(from: 0, to: sound.count, by: 397).map { Array(sound[..<$0]) }
    for place in stride(from: 0, to: sound.count, by: 211) {
      var bytes = sound
      bytes[place] ^= 0x10
      damaged.append(bytes)
    }
    damaged.append(sound + [0])
    damaged.append(Array("checkpoint listing 1 other words\n".utf8) + sound.drop { $0 != 0x0A }.dropFirst())
    for bytes in damaged {
      try write(cache, bytes)
      #expect(ListingCache(store).read().isEmpty)
    }
    try write(cache, Array(damaged[20]))
    #expect(try Listing.read(store).entries == expected)
    #expect(ListingCache(store).read().count == 50)
    try FileTree.remove(cache)
    try FileTree.makeDirectories(cache, mode: 0o700)
    #expect(try Listing.read(store).entries == expected)
    #expect(try FileTree.list(store.root).allSatisfy { !ReplacedFile.isTemporary($0) })
  }

  @Test(
    "a cache that cannot be written is no error, and leaves nothing behind",
    arguments: FaultyFileOperations.Call.allCases)
  func cannotWrite(call: FaultyFileOperations.Call) throws {
    for number in 0..<40 { try add(number) }
    try settle()
    let faulty = try Store.open(at: store.root, files: FaultyFileOperations(failing: call))
    #expect(try Listing.read(faulty).entries == expected())
    #expect(try FileTree.list(store.root).allSatisfy { !ReplacedFile.isTemporary($0) })
    #expect(try Listing.read(store).entries == expected())
  }

  @Test("few checkpoints need no cache")
  func few() throws {
    for number in 0..<(Listing.worthSaving - 1) { try add(number) }
    try settle()
    #expect(try Listing.read(store).entries == expected())
    #expect(!FileTree.exists(cache))
  }

  @Test("what may still change in the same tick of the clock is not recorded")
  func settled() {
    func identity(_ seconds: Int, _ nanoseconds: Int) -> FileIdentity {
      FileIdentity(byteCount: 1, inode: 1, modified: 0, changed: seconds * 1_000_000_000 + nanoseconds)
    }
    let now = timespec(tv_sec: 100, tv_nsec: 5_000_000)
    #expect(identity(100, 4_999_999).isSettled(at: now))
    #expect(!identity(100, 5_000_000).isSettled(at: now) && !identity(101, 1).isSettled(at: now))
    // Whole seconds are those of a file system that knows no others.
    #expect(!identity(100, 0).isSettled(at: now) && !identity(99, 0).isSettled(at: now))
    #expect(identity(98, 0).isSettled(at: now))
    #expect(!FileIdentity.unknown.isSettled(at: now))
  }
}

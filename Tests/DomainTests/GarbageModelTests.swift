// A model of a store beside which garbage is collected: at every point where a collection reports how far it is, some other process
// takes a random step. All of it is the real code, on one thread, so that a seed repeats a run up to the names of sessions.

import ChunkStore
import FileSystem
import Synchronization
import TestSupport
import Testing

@testable import Checkpoints

/// The other processes: two that take checkpoints, one that deletes them, one that reads.
private struct OtherProcesses {
  typealias Step = () throws -> CheckpointID?

  private let catalog: Catalog
  private var random: SmallRandom
  private var writers: [[Step]] = [[], []]
  private(set) var published: [CheckpointID] = []
  private(set) var count = 0

  init(_ store: Store, seed: UInt64) {
    (catalog, random) = (Catalog(store), SmallRandom(seed))
  }

  mutating func step() throws {
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<7: try write(Int.random(in: 0..<2, using: &random))
    case 7:
      guard let index = published.indices.randomElement(using: &random) else { return }
      try FileTree.remove(catalog.path(of: published.remove(at: index)))
    default: try check()
    }
  }

  private mutating func write(_ writer: Int) throws {
    if writers[writer].isEmpty {
      count += 1
      // Few different contents, so that most of them are stored already, or in the trash.
      let contents = (0..<3).map { _ in "\(Int.random(in: 0..<6, using: &random))" }
      let draft = try DraftCheckpoint("n\(count)", in: catalog.store, at: FixedClock.start)
      let writing = contents.map { content -> Step in
        {
          try draft.write(content)
          return nil
        }
      }
      writers[writer] =
        writing + [
          {
            try draft.commit()
            return nil
          }, { try draft.publish() },
          {
            draft.end()
            return nil
          },
        ]
    }
    if let id = try writers[writer].removeFirst()() { published.append(id) }
  }

  /// Reads one checkpoint, or all.
  func check(all: Bool = false) throws {
    for id in all ? published : published.suffix(1) {
      let problems = try catalog.missingChunks(of: id)
      try #require(problems.isEmpty, "\(id): \(problems)")
    }
  }
}

/// splitmix64
private struct SmallRandom: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

private final class Interleaving: ProgressReporter {
  private let others: Mutex<OtherProcesses>
  let failure = Mutex<String?>(nil)

  init(_ others: consuming sending OtherProcesses) { self.others = Mutex(others) }

  func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit) { step() }
  func finish(_ activity: String) { step() }

  func step() {
    others.withLock { others in
      do { try others.step() } catch { failure.withLock { $0 = $0 ?? "\(error)" } }
    }
  }

  func checkAll() throws -> Int {
    try others.withLock { others in
      try others.check(all: true)
      return others.count
    }
  }
}

@Suite("A model of collecting garbage")
struct GarbageModelTests {
  @Test("whatever others do between any two steps of a collection, every checkpoint stays whole")
  func interleavings() throws {
    let directory = try TemporaryDirectory()
    for _ in 0..<(LongHunt.isOn ? 200 : 10) {
      let seed = UInt64.random(in: 0 ... .max)
      let store = try Store.create(at: directory.path.appending("\(seed)"))
      let interleaving = Interleaving(OtherProcesses(store, seed: seed))
      for _ in 0..<30 {
        _ = try GarbageCollection(store, clock: FixedClock(), progress: interleaving, grace: 0).run()
        for _ in 0..<3 { interleaving.step() }
        let failure = interleaving.failure.withLock { $0 }
        try #require(failure == nil, "seed \(seed)")
        _ = try interleaving.checkAll()
      }
      #expect(try interleaving.checkAll() > 5, "seed \(seed)")
    }
  }
}

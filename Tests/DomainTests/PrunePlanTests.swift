// Which checkpoints a prune removes, by manifests and notes alone: what protects them, whatever the policies say, and a year of
// a project.

import ChunkStore
import FileSystem
import Git
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Plans of pruning")
struct PrunePlanTests {
  private let directory: TemporaryDirectory
  private let repository: Repository
  private let catalog: Catalog

  init() throws {
    directory = try TemporaryDirectory()
    repository = try Repository()
    catalog = Catalog(try Store.create(at: directory.path.appending("store")))
  }

  private static let hour = 3600
  private static let now = FixedClock.start

  /// - Parameter hours: before now.
  @discardableResult
  private func add(
    _ name: String, _ kind: Kind, hoursAgo hours: Int, sources: [String] = [],
    _ change: (inout Notes) -> Void = { _ in }
  ) throws -> CheckpointID {
    let time = Timestamp(
      millisecondsSinceEpoch: Self.now.millisecondsSinceEpoch - hours * Self.hour * 1000)
    let id = CheckpointID(name: try CheckpointName(name), at: time, number: 1)
    var manifest = Manifest(
      id: id, name: name, kind: kind, createdAt: time, toolVersion: "test",
      stage: kind == .stage ? try Stage.parse(name) : nil, git: .init(head: nil, branch: nil), sources: [],
      excluded: [], sizes: .init(), durations: [:])
    manifest.sources = sources.map {
      SourceRecord(
        name: $0, type: "postgresql", document: nil, label: $0, counts: [:], liveByteCount: 0,
        streamByteCount: 0)
    }
    try catalog.store.files.replaceFile(catalog.path(of: id), with: JSON.encode(manifest))
    try catalog.updateNotes(id, change)
    return id
  }

  private func good(_ notes: inout Notes) { notes.verifiedAt = Self.now }

  private func plan(
    _ settings: [String: String] = [:], classes: Set<RetentionClass> = Set(RetentionClass.allCases)
  ) throws -> PrunePlan {
    for (key, value) in settings {
      try repository.git("config", BytePath("checkpoint.retention.\(key)"), BytePath(value))
    }
    return try PrunePlan(
      catalog, Settings.read(repository.location(), .all), classes: classes,
      Stability(catalog, ReleaseTags(patterns: [])) { [] }, now: Self.now)
  }

  @Test("the last one with a database stays, though it was never verified and newer ones have none")
  func lastWithDatabase() throws {
    let with = try add("a", .incremental, hoursAgo: 30, sources: ["main"])
    let older = try add("b", .incremental, hoursAgo: 40, sources: ["main"])
    for number in 0..<5 { try add("c\(number)", .incremental, hoursAgo: number, good) }
    let plan = try plan(["incremental.keepLast": "1"])
    #expect(plan.entries.first { $0.manifest.id == with }?.reason == .lastOf(source: "main"))
    #expect(plan.removed.contains { $0.id == older } && plan.removed.count == 5)
  }

  @Test("the last one of a kind that is known to be good stays beside the newest")
  func lastGood() throws {
    let old = try add("a", .incremental, hoursAgo: 50, good)
    let newest = try add("b", .incremental, hoursAgo: 1)
    try add("c", .incremental, hoursAgo: 30)
    let plan = try plan(["incremental.keepLast": "1"])
    #expect(plan.unverified.map(\.id) == [newest] && plan.removed.isEmpty && plan.leaving.count == 1)
    #expect(plan.entries.first { $0.manifest.id == old }?.reason == .lastOfKind)
  }

  @Test("damaged ones count for nothing")
  func damaged() throws {
    for number in 0..<3 { try add("bad\(number)", .incremental, hoursAgo: number) { $0.damage = ["rotten"] } }
    let kept = try add("a", .incremental, hoursAgo: 10, good)
    let gone = try add("b", .incremental, hoursAgo: 11, good)
    let plan = try plan(["incremental.keepLast": "1"])
    // The newest stays, damaged as it is: it may be the only one with its contents.
    #expect(plan.entries.filter { $0.reason != nil }.map(\.manifest.id).contains(kept))
    #expect(plan.removed.map(\.id).contains(gone) == false && plan.removed.isEmpty)
  }

  @Test("what is dated in the future stays, and pushes nothing out")
  func future() throws {
    for number in 1...3 { try add("later\(number)", .incremental, hoursAgo: -1000 * number) }
    let newest = try add("a", .incremental, hoursAgo: 1, good)
    try add("b", .incremental, hoursAgo: 2)
    let plan = try plan(["incremental.keepLast": "1"])
    #expect(plan.removed.map(\.name) == ["b"])
    #expect(plan.entries.filter { $0.reason == .future }.count == 3)
    #expect(plan.entries.first { $0.manifest.id == newest }?.reason == .rule(.keepLast))
  }

  @Test("marked ones, those with a warm clone and the rescue that undo needs stay")
  func protected() throws {
    try add("newest", .custom, hoursAgo: 0, good)
    try add("stable", .custom, hoursAgo: 9) { $0.isMarkedStable = true }
    try add("warm", .custom, hoursAgo: 9) {
      $0.warm = [
        WarmClone(
          source: "main", server: "s", database: "d", oid: "1", seal: "1", origin: .restored, byteCount: 0,
          madeAt: Self.now, seconds: 0)
      ]
    }
    try add("plain", .custom, hoursAgo: 9)
    try add("spent", .rescue, hoursAgo: 900) { $0.isSpent = true }
    try add("rescue", .rescue, hoursAgo: 901)
    try add("older", .rescue, hoursAgo: 902, good)
    let plan = try plan(["custom.keepLast": "1", "rescue.keepHourly": "1"])
    #expect(Set(plan.leaving.map(\.name)) == ["plain"])
    #expect(plan.entries.first { $0.manifest.name == "rescue" }?.reason == .undo)
  }

  @Test("a year of hourly, nightly, hooks' and stages' checkpoints keeps what the policies say, by hand")
  func year() throws {
    for day in 0..<365 {
      for hour in stride(from: 0, to: 24, by: 4) {
        try add("incremental", .incremental, hoursAgo: day * 24 + hour, good)
        try add("pre-commit", .incremental, hoursAgo: day * 24 + hour, good)
      }
      try add("database", .database, hoursAgo: day * 24, sources: ["main"], good)
      if day % 14 == 0 { try add("stage-01-core", .stage, hoursAgo: day * 24, good) }
    }
    let kept = Dictionary(grouping: try plan().entries.filter { $0.reason != nil }, by: \.retentionClass)
      .mapValues(\.count)
    // 6 a day for 30 days, and the one that is just 30 days old.
    #expect(kept[.incremental] == 181)
    // The last 200 are more than 14 days of 6.
    #expect(kept[.hook] == 200)
    // Now is Friday 2026-11-20: the last 10 days; of the weeks the Sundays 11-08 and 11-01 besides (11-15 is among the 10); of the
    // months 10-31 and 09-30.
    #expect(kept[.database] == 10 + 2 + 2)
    #expect(kept[.stage] == 27)
  }
}

// Finds one checkpoint among many by what users write, and reports it if there is none.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@testable import Checkpoints
@testable import Git

@Suite("Selectors")
struct SelectorTests {
  private let directory: TemporaryDirectory
  private let catalog: Catalog
  private static let first = ObjectID(String(repeating: "1", count: 40))
  private static let second = ObjectID(String(repeating: "2", count: 40))

  init() throws {
    directory = try TemporaryDirectory()
    catalog = Catalog(try Store.create(at: directory.appending("store")))
  }

  @discardableResult
  private func add(
    _ name: String, day: Int, number: Int = 1, kind: Kind = .custom, head: ObjectID? = first,
    changes: Int? = nil
  ) throws -> CheckpointID {
    let time = Timestamp(millisecondsSinceEpoch: FixedClock.start.millisecondsSinceEpoch + day * 86_400_000)
    let id = CheckpointID(name: try CheckpointName(name), at: time, number: number)
    var git = Manifest.GitRecord(head: head, branch: "main")
    git.stateTree = changes == nil ? nil : Self.first
    git.unstaged = changes ?? 0
    let manifest = Manifest(
      id: id, name: name, kind: kind, createdAt: time, toolVersion: "test", message: nil,
      stage: kind == .stage ? try Stage.parse(name) : nil, git: git,
      sources: [],
      excluded: [], sizes: .init(), durations: [:], previous: nil, rescueBefore: nil)
    try SystemFileOperations().replaceFile(catalog.path(of: id), with: JSON.encode(manifest))
    return id
  }

  private func select(_ text: String) throws -> CheckpointID {
    let stability = Stability(catalog, ReleaseTags(patterns: ["v*"])) {
      Self.second.map { [Release(tag: "v2", commit: $0)] } ?? []
    }
    return try catalog.select(text, stability) {
      $0 == "HEAD" ? Self.first : ["v2", "main"].contains($0) ? Self.second : nil
    }.id
  }

  private func problem(_ text: String) -> SelectorProblem? {
    do {
      _ = try select(text)
      return nil
    } catch { return error as? SelectorProblem }
  }

  @Test("an id names its checkpoint, a name its newest")
  func idsAndNames() throws {
    let old = try add("before", day: 0)
    let new = try add("before", day: 1)
    try add("other", day: 2)
    #expect(try select(old.description) == old)
    #expect(try select("before") == new)
  }

  @Test("latest is the newest that people took; a rescue is none, but can be named")
  func latest() throws {
    try add("a", day: 0)
    let newest = try add("b", day: 1)
    let rescue = try add("before-rollback", day: 2, kind: .rescue)
    #expect(try select("latest") == newest)
    #expect(try select("before-rollback") == rescue)
    #expect(try select(rescue.description) == rescue)
  }

  @Test("last-stable is a stage's complete, or what was marked by hand")
  func lastStable() throws {
    let plain = try add("plain", day: 0)
    guard case .noStable(let newest) = problem("last-stable") else {
      Issue.record("something is stable")
      return
    }
    #expect(newest == plain)
    let complete = try add("stage-01-complete", day: 1, kind: .stage)
    try add("stage-02-start", day: 2, kind: .stage)
    #expect(try select("last-stable") == complete)
    try catalog.updateNotes(plain) { $0.isMarkedStable = true }
    #expect(try select("last-stable") == complete)
    try catalog.updateNotes(complete) { $0.isMarkedStable = false }
    #expect(try select("last-stable") == plain)
  }

  @Test("a timestamp means the one checkpoint of that second; several are an error that lists them")
  func timestamps() throws {
    let only = try add("a", day: 0)
    #expect(try select("20261120_030000") == only)
    let other = try add("b", day: 0)
    guard case .ambiguous(_, let ids) = problem("20261120_030000") else {
      Issue.record("not ambiguous")
      return
    }
    #expect(Set(ids) == [only.description, other.description])
  }

  @Test("a git revision means the newest checkpoint taken at that commit")
  func revisions() throws {
    try add("a", day: 0, head: Self.first)
    let newer = try add("b", day: 1, head: Self.first)
    let other = try add("c", day: 2, head: Self.second)
    try add("before-rollback", day: 3, kind: .rescue, head: Self.first)
    #expect(try select("HEAD") == newer)
    #expect(try select("v2") == other)
  }

  @Test("a release tag means the newest checkpoint of that very commit, else the newest taken there")
  func releases() throws {
    let dirty = try add("a", day: 0, head: Self.second, changes: 2)
    #expect(try select("v2") == dirty)
    let clean = try add("b", day: 1, head: Self.second, changes: 0)
    let later = try add("c", day: 2, head: Self.second, changes: 1)
    try add("release-v2", day: 3, kind: .release, head: Self.second, changes: 0)
    #expect(try select("v2") == clean)
    #expect(try select("main") == later)
    #expect(try select("last-stable") == clean)
    #expect(try select("latest") == later)
  }

  @Test("a stage is found by its short name and by its whole one")
  func stages() throws {
    try add("stage-02-webrtc-start", day: 0, kind: .stage)
    let core = try add("stage-02-webrtc-core", day: 1, kind: .stage)
    try add("stage-020-core", day: 2, kind: .stage)
    #expect(try select("stage-02-core") == core)
    #expect(try select("stage-02-webrtc-core") == core)
    #expect(problem("stage-02-other-core") != nil)
    #expect(problem("stage-02-complete") != nil)
  }

  @Test("an unknown selector lists near matches, the newest of each name, and no strangers")
  func nearMatches() throws {
    try add("before-migration", day: 0)
    let migration = try add("before-migration", day: 1)
    try add("something-else-entirely", day: 2)
    for text in ["before-migartion", "Before-Migration", "befor-migration", "migration"] {
      guard case .unknown(_, let near) = problem(text) else {
        Issue.record("\(text) is known")
        continue
      }
      #expect(near == [migration.description], "\(text)")
    }
    guard case .unknown(_, let near) = problem("zzzzzzzz") else { return }
    #expect(near.isEmpty)
  }

  @Test("at most five near matches are listed, the nearest first")
  func manyNearMatches() throws {
    for number in 1...9 { try add("release-\(number)", day: number) }
    try add("releases", day: 20)
    guard case .unknown(_, let near) = problem("release") else {
      Issue.record("release is known")
      return
    }
    #expect(near.count == 5)
    #expect(Set(near).count == 5)
  }

  @Test("an empty store, and a selector with control characters")
  func nothing() throws {
    guard case .none? = problem("latest") else {
      Issue.record("something was found")
      return
    }
    #expect(problem("\u{1B}[2J")?.description.contains("\u{1B}") == false)
    #expect(problem("")?.candidates.isEmpty == true)
  }

  @Test("a manifest that cannot be read hides no other")
  func unreadable() throws {
    let good = try add("good", day: 0)
    let bad = try add("bad", day: 1)
    try TemporaryDirectory.write(catalog.path(of: bad), Array("{\"format\": 1".utf8))
    try TemporaryDirectory.write(catalog.store.manifests.appending("notes.txt"), [])
    #expect(try select("latest") == good)
    let all = try catalog.manifests()
    #expect(all.readable.map(\.id) == [good])
    #expect(all.unreadable.map(\.path) == [catalog.path(of: bad)])
  }

  @Test("a manifest of a newer format is refused by name and hides no other")
  func newerFormat() throws {
    let good = try add("good", day: 0)
    let newer = try add("newer", day: 1)
    var text = String(decoding: try catalog.manifestBytes(newer), as: UTF8.self)
    text = text.replacing("\"format\" : 1", with: "\"format\" : 2")
    try TemporaryDirectory.write(catalog.path(of: newer), Array(text.utf8))
    #expect(throws: UnreadableManifest.self) { try catalog.manifest(newer) }
    #expect(try select(good.description) == good)
    #expect(try catalog.manifests().readable.map(\.id) == [good])
  }

  @Test(
    "the edit distance counts insertions, deletions, substitutions and swaps",
    arguments: [
      ("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("list", "lsit", 1),
      ("same", "same", 0),
    ])
  func editDistance(left: String, right: String, expected: Int) {
    #expect(EditDistance.between(left, right) == expected)
    #expect(EditDistance.between(right, left) == expected)
  }
}

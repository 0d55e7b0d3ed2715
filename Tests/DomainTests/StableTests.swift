// Which checkpoints are fit to go back to, and which tags are releases.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@testable import Checkpoints
@testable import Git

@Suite("Stable checkpoints")
struct StableTests {
  private let directory: TemporaryDirectory
  private let catalog: Catalog
  private let released: ObjectID
  private let other: ObjectID

  init() throws {
    directory = try TemporaryDirectory()
    catalog = Catalog(try Store.create(at: directory.appending("store")))
    released = try #require(ObjectID(String(repeating: "1", count: 40)))
    other = try #require(ObjectID(String(repeating: "2", count: 40)))
  }

  private func manifest(
    _ name: String, kind: Kind = .custom, isReleased: Bool = true,
    _ change: (inout Manifest.GitRecord) -> Void = { _ in }
  ) throws -> Manifest {
    var git = Manifest.GitRecord(head: isReleased ? released : other, branch: "main")
    git.stateTree = other
    change(&git)
    return Manifest(
      id: CheckpointID(name: try CheckpointName(name), at: FixedClock.start, number: 1), name: name,
      kind: kind, createdAt: FixedClock.start, toolVersion: "test",
      stage: kind == .stage ? try Stage.parse(name) : nil, git: git, sources: [], excluded: [],
      sizes: .init(), durations: [:])
  }

  /// With two tags at one commit, and a count of how often they were read.
  private func stability() -> (Stability, () -> Int) {
    var count = 0
    let released = released
    let stability = Stability(catalog, ReleaseTags(patterns: ["v*"])) {
      count += 1
      return ["v1.0", "v1"].map { Release(tag: $0, commit: released) }
    }
    return (stability, { count })
  }

  @Test("what was taken at a release's commit, without changes to tracked files, is stable")
  func releases() throws {
    let stability = stability().0
    #expect(try stability.reason(of: manifest("clean")) == .release(["v1", "v1.0"]))
    #expect(try stability.reason(of: manifest("untracked") { $0.untracked = 3 }) != nil)
    #expect(try stability.reason(of: manifest("staged") { $0.staged = 1 }) == nil)
    #expect(try stability.reason(of: manifest("unstaged") { $0.unstaged = 1 }) == nil)
    #expect(try stability.reason(of: manifest("conflict") { $0.conflicts = 1 }) == nil)
    #expect(try stability.reason(of: manifest("elsewhere", isReleased: false)) == nil)
    #expect(try stability.reason(of: manifest("unborn") { $0.head = nil }) == nil)
    // Of the database only: what the files were is not known.
    #expect(try stability.reason(of: manifest("rows", kind: .database) { $0.stateTree = nil }) == nil)
    #expect(try stability.reason(of: manifest("before-rollback", kind: .rescue)) == nil)
    #expect(try stability.reason(of: manifest("release-v1", kind: .release)) == nil)
  }

  @Test("a mark counts for more than a release and a stage's complete")
  func marks() throws {
    let stability = stability().0
    let release = try manifest("release")
    let complete = try manifest("stage-01-complete", kind: .stage)
    let plain = try manifest("plain", isReleased: false)
    for manifest in [release, complete, plain] {
      try catalog.store.files.replaceFile(catalog.path(of: manifest.id), with: JSON.encode(manifest))
    }
    #expect(try stability.reason(of: complete) == .complete)
    for one in [release, complete, plain] {
      try catalog.updateNotes(one.id) { $0.isMarkedStable = false }
      #expect(try stability.reason(of: one) == nil)
      try catalog.updateNotes(one.id) { $0.isMarkedStable = true }
      #expect(try stability.reason(of: one) == .marked)
      try catalog.updateNotes(one.id) { $0.isCritical = true }
      #expect(try stability.reason(of: one) == .critical)
    }
  }

  @Test("tags are read when they are needed, and once for many checkpoints")
  func readOnce() throws {
    let (stability, count) = stability()
    _ = try stability.reason(of: manifest("stage-01-complete", kind: .stage))
    _ = try stability.reason(of: manifest("dirty") { $0.unstaged = 1 })
    #expect(count() == 0)
    for number in 1...20 { _ = try stability.reason(of: manifest("full-\(number)")) }
    #expect(count() == 1)
  }

  private func tags(_ file: String?, personal: [BytePath] = []) throws -> ReleaseTags {
    let repository = try Repository()
    if let file { try repository.write(".checkpointconfig", file) }
    for value in personal { try repository.git("config", "--add", "checkpoint.releaseTag", value) }
    return ReleaseTags(try Settings.read(repository.location(), SettingTable(SettingSection.ofProject)))
  }

  @Test("release tags are v* by default, and what checkpoint.releaseTag says otherwise")
  func patterns() throws {
    #expect(try tags(nil).patterns == ["v*"])
    let own = "[checkpoint]\n  releaseTag = release-*\n  releaseTag = lts/[0-9]*\n"
    #expect(try tags(own).patterns == ["release-*", "lts/[0-9]*"])
    #expect(try tags(own, personal: ["v*"]).patterns == ["release-*", "lts/[0-9]*", "v*"])
    #expect(try tags("[checkpoint]\n  releaseTag =\n").patterns == [])
    #expect(try tags(own, personal: [""]).patterns == [])
    #expect(try tags(own, personal: ["", "v[0-9]*"]).patterns == ["v[0-9]*"])
  }

  @Test("a pattern means a tag's whole name, across slashes, and never a checkpoint's own tag")
  func matching() throws {
    let usual = try tags(nil)
    #expect(usual.contains("v1.2") && usual.contains("v") && usual.contains("v/1"))
    #expect(!usual.contains("old/v1.2") && !usual.contains("1.2v"))
    let all = try tags("[checkpoint]\n  releaseTag = *\n")
    #expect(all.contains("anything/at/all") && !all.contains("checkpoint/full_20261120_030000"))
    for text in ["v1.2", "tags/v1.2", "refs/tags/v1.2"] { #expect(usual.tag(of: text) == "v1.2") }
    for text in ["refs/heads/v1.2", "heads/v1.2", "HEAD", "v1~2", "v1^{}", "v1@{1}"] {
      #expect(usual.tag(of: text) == nil)
    }
  }

  @Test("tags are followed to their commit, annotated or not, loose or packed", arguments: [false, true])
  func peeling(packed: Bool) throws {
    let repository = try Repository()
    try repository.write("a", "one\n")
    try repository.commit()
    let commit = try #require(ObjectID(repository.git("rev-parse", "HEAD")))
    try repository.git("tag", "v-light")
    try repository.git("tag", "-a", "-m", "x", "v-annotated")
    try repository.git("tag", "-a", "-m", "x", "v-twice", "v-annotated")
    try repository.git("tag", "v-tree", "HEAD^{tree}")
    try repository.git("tag", "other")
    if packed { try repository.git("pack-refs", "--all") }
    let (tags, database) = (try tags(nil), try ObjectDatabase.open(repository.location()))
    let found = try tags.releases(in: database).sorted { $0.tag < $1.tag }
    #expect(found == ["v-annotated", "v-light", "v-twice"].map { Release(tag: $0, commit: commit) })
    #expect(tags.release(of: "v-twice", in: database)?.commit == commit)
    for text in ["v-tree", "other", "v-none", "main"] {
      #expect(tags.release(of: text, in: database) == nil, "\(text)")
    }
  }

  @Test(
    "a release's record gets a name that every tag can be made into",
    arguments: [
      ("v1.2", "release-v1.2"), ("v1/rc 1+é~", "release-v1-rc-1----"), ("v..", "release-v"),
      ("v.lock.", "release-v"), (String(repeating: "v", count: 300), nil), ("", "release-"),
    ] as [(String, String?)])
  func names(tag: String, expected: String?) throws {
    let name = try CheckpointName(releaseTag: tag).description
    if let expected { #expect(name == expected) }
    #expect(name.hasPrefix("release-") && name.utf8.count <= 100)
  }
}

// A source that is no database, through the whole domain: recorded, brought back, undone.

import ChunkStore
import DataSources
import FileSystem
import Git
import TestSupport
import Testing

@testable import Checkpoints

private struct FakeSubject: ContractSubject {
  let directory: TemporaryDirectory
  let fake: FakeSource

  init() throws {
    directory = try TemporaryDirectory()
    fake = FakeSource(file: directory.appending("values"))
  }

  var source: any DataSource { fake }

  func change(_ number: Int) throws {
    try directory.write("values", Array((0..<number * 10).map { "key\($0)=\(number)\n" }.joined().utf8))
  }

  func clear() throws { try directory.write("values", []) }

  func picture() throws -> String { String(decoding: try fake.contents(), as: UTF8.self) }

  func obstruct() throws -> (() throws -> Void)? {
    let aside = directory.appending("aside")
    try SystemFileOperations().rename(fake.file, to: aside)
    return { try SystemFileOperations().rename(aside, to: fake.file) }
  }
}

/// Has only what every kind must have.
private enum FakeKind: SourceKind {
  static let type = FakeSource.typeName
  static let noun = "cache"
  static let counts = ["keys"]
  static let settings: [SettingSection] = []

  static func find(in place: SourcePlace, for purpose: SourcePurpose) throws -> [FoundSource] { [] }
}

@Suite("A source that is no database")
struct FakeSourceTests {
  @Test("it keeps what every source promises", arguments: SourcePromise.allCases)
  func contract(promise: SourcePromise) throws {
    try SourceContract(FakeSubject()).check(promise)
  }

  @Test("a checkpoint holds it, a rollback brings it back together with files, and undo takes both back")
  func wholeWay() throws {
    let repository = try Repository()
    try repository.write("a.txt", "one\n")
    try repository.commit("first")
    // Outside of the working tree: the rescue would record what it stages there.
    let place = try TemporaryDirectory()
    let fake = FakeSource(file: place.appending("values"))
    try place.write("values", Array("a=1\nb=2\n".utf8))
    let project = try Project.at(repository.location(), .all)
    let store = try project.openOrCreateStore()
    let clock = SystemClock()

    let creator = CheckpointCreator(
      project: project, store: store, sources: [fake], clock: clock, progress: SilentProgress(),
      toolVersion: "test")
    let request = CaptureRequest(name: try CheckpointName("before"), kind: .full)
    let manifest = try creator.create(request).manifest
    let record = try #require(manifest.data.first)
    #expect(record.type == FakeSource.typeName && record.counts == ["keys": 2])
    #expect(manifest.databaseStates { "the word for \($0)" }.map(\.noun) == ["the word for fake"])

    try repository.write("a.txt", "two\n")
    try place.write("values", Array("a=3\n".utf8))
    let rollback = try Rollback(
      project: project, store: store, sources: [fake], clock: clock, progress: SilentProgress(),
      watcher: SilentServices(), toolVersion: "test")
    let plan = try rollback.plan(
      RollbackRequest(operation: .rollback, target: manifest, scope: .everything))
    let result = try rollback.execute(plan)
    #expect(result.restoredDatabases == ["cache"])
    #expect(String(decoding: try fake.contents(), as: UTF8.self) == "a=1\nb=2\n")
    #expect(try repository.read("a.txt") == "one\n")

    let rescue = try Catalog(store).manifest(result.rescue)
    let undo = try Rollback(
      project: project, store: store, sources: [fake], clock: clock, progress: SilentProgress(),
      watcher: SilentServices(), toolVersion: "test")
    _ = try undo.execute(undo.plan(RollbackRequest(operation: .undo, target: rescue, scope: .everything)))
    #expect(String(decoding: try fake.contents(), as: UTF8.self) == "a=3\n")
    #expect(try repository.read("a.txt") == "two\n")
  }

  @Test("it cannot be proven or cloned, and that stops neither a proof nor the background worker")
  func withoutCapabilities() throws {
    let subject = try FakeSubject()
    try subject.change(1)
    let repository = try Repository()
    try repository.write("a.txt", "one\n")
    try repository.commit("first")
    let project = try Project.at(repository.location(), .all)
    let store = try project.openOrCreateStore()
    let clock = SystemClock()
    let manifest = try CheckpointCreator(
      project: project, store: store, sources: [subject.source], clock: clock, progress: SilentProgress(),
      toolVersion: "test"
    ).create(CaptureRequest(name: CheckpointName("full"), kind: .full)).manifest
    let prover = Prover(store, sources: [subject.source], clock: clock, progress: SilentProgress())
    #expect(try prover.prove(manifest) == nil)
    let clones = WarmClones(store, sources: [subject.source], clock: clock, progress: SilentProgress())
    #expect(try !clones.concern(manifest))

    #expect(
      try prover.unproven(manifest)
        == ["cache in values cannot be restored beside what is in use, so it was only read"])
    let problem = #expect(throws: WarmClones.Problem.self) {
      try clones.make(manifest, within: nil, copyLimit: 0)
    }
    #expect(
      problem?.description == "\(manifest.id) holds only what can have no warm clone: cache in values")
  }

  @Test("a part of a database cannot be asked of a kind without options, and a whole one asks for none")
  func options() throws {
    var request = DatabaseRequest()
    (request.source, request.isForced) = ("cache", true)
    #expect(try FakeKind.understands(request.asked.options))
    request.part.tables = ["orders"]
    #expect(try !FakeKind.understands(request.asked.options))
    #expect(try PostgreSQLKind.understands(request.asked.options))
    request.part = DatabasePart()
    request.leavesOwnersOut = true
    #expect(try !FakeKind.understands(request.asked.options))
  }
}

private struct SilentServices: ServiceWatcher {
  func begins(_ command: ServiceCommand) {}
  func prints(_ bytes: UnsafeRawBufferPointer) {}
  func ended(_ run: ServiceRun) {}
  func warns(_ text: String) {}
}

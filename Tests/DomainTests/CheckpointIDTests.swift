// Names, ids and stages: what people may write, what is read back, and how ids are ordered.

import FileSystem
import FoundationEssentials
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Names and ids of checkpoints")
struct CheckpointIDTests {
  private static func id(_ name: String, _ number: Int = 1) throws -> CheckpointID {
    CheckpointID(name: try CheckpointName(name), at: FixedClock.start, number: number)
  }

  @Test(
    "names that are file names, refs and tags at once",
    arguments: [
      "a", "before-migration", "stage-02-webrtc-video-complete", "v1.2.3", "A_b", "2026",
      String(repeating: "x", count: 100),
    ])
  func validNames(text: String) throws {
    #expect(try CheckpointName(text).description == text)
    let repository = try Repository()
    let id = try Self.id(text)
    for ref in [id.stateRef, id.headRef, id.tagRef] { try repository.git("check-ref-format", BytePath(ref)) }
  }

  @Test(
    "names that are not, with the reason",
    arguments: [
      "", " ", "a b", "a/b", "../x", "..", ".", ".hidden", "-x", "a..b", "a.", "x.lock", "é", "a\nb", "a~1",
      "a^", "a:b", "a?", "*",
      "[x", "a\\b", "@{", String(repeating: "x", count: 101),
    ])
  func invalidNames(text: String) {
    let error = #expect(throws: CheckpointName.Invalid.self) { try CheckpointName(text) }
    #expect(error?.reason.isEmpty == false)
  }

  @Test("an error shows no control characters of the name that it quotes")
  func quotedName() {
    let error = #expect(throws: CheckpointName.Invalid.self) { try CheckpointName("\u{1B}[2J") }
    #expect(error?.description.contains("\u{1B}") == false)
  }

  @Test("an id is the name, the moment, and a number from the second on")
  func format() throws {
    #expect(try Self.id("before").description == "before_20261120_030000")
    #expect(try Self.id("before", 2).description == "before_20261120_030000_2")
    #expect(try Self.id("before").stateRef == "refs/checkpoints/before_20261120_030000/state")
    #expect(try Self.id("before").headRef == "refs/checkpoints/before_20261120_030000/head")
    #expect(try Self.id("before").tagRef == "refs/checkpoints/before_20261120_030000/tag")
  }

  @Test(
    "an id is read as it was written",
    arguments: [
      "a", "a_b", "a_20200101_000000", "20200101_000000", "a_2", "_", "a_20200101_000000_2", "x_12345678",
    ],
    [1, 2, 3, 10, 9999])
  func roundTrip(name: String, number: Int) throws {
    let id = try Self.id(name, number)
    let read = try #require(CheckpointID(id.description))
    #expect(read == id)
    #expect(read.name == name)
    #expect(read.number == number)
    #expect(read.timestamp == "20261120_030000")
    #expect(try JSONDecoder().decode([CheckpointID].self, from: JSONEncoder().encode([id])) == [id])
  }

  @Test(
    "what is no id is refused",
    arguments: [
      "", "a", "a_20261120", "a_20261120_0300", "20261120_030000", "_20261120_030000x", "a_20261120_030000_1",
      "a_20261120_030000_0", "a_20261120_030000_x", "a_20261120_030000_", "a b_20261120_030000",
      "../a_20261120_030000",
      "a_2026112O_030000", "a_20261120_030000_+2", "a_20261120_030000_02", "a_20261120_030000_-2",
      "_20261120_030000",
    ])
  func invalid(text: String) {
    #expect(CheckpointID(text) == nil)
  }

  @Test("ids are ordered by time, then by number, then by name")
  func order() {
    let texts = [
      "z_20261119_235959", "a_20261120_030000", "b_20261120_030000", "a_20261120_030000_2",
      "a_20261120_030000_10",
      "a_20261120_030001",
    ]
    let ids = texts.compactMap { CheckpointID($0) }
    #expect(ids.count == texts.count)
    #expect(ids.shuffled().sorted() == ids)
  }
}

@Suite("Stages")
struct StageTests {
  @Test(
    "a stage with a phase",
    arguments: [
      ("stage-02-start", "stage-02", "stage-02", Phase.start),
      ("stage-2-core", "stage-2", "stage-2", .core),
      ("stage-02-webrtc-video-complete", "stage-02", "stage-02-webrtc-video", .complete),
      ("stage-10-start-integration", "stage-10", "stage-10-start", .integration),
    ])
  func parses(text: String, id: String, slug: String, phase: Phase) throws {
    #expect(try Stage.parse(text) == Stage(id: id, slug: slug, phase: phase))
  }

  @Test(
    "words that name no stage",
    arguments: ["", "stage", "stage-", "stage-x-start", "list", "Stage-02-start", "stage-٢-start"])
  func noStage(text: String) throws {
    #expect(try Stage.parse(text) == nil)
  }

  @Test(
    "a stage without one of its phases is an error that lists them",
    arguments: ["stage-02", "stage-02-begin", "stage-02-", "stage-02-Start"])
  func unknownPhase(text: String) {
    let error = #expect(throws: Stage.Problem.self) { try Stage.parse(text) }
    for phase in Phase.allCases { #expect(error?.description.contains(phase.rawValue) == true) }
  }

  @Test("the short form takes the name of its folder, if there is exactly one")
  func folders() throws {
    let directory = try TemporaryDirectory()
    let short = try #require(try Stage.parse("stage-02-start"))
    #expect(try short.resolved(in: directory.path) == short)
    try directory.write("stages/stage-02-webrtc/README.md", [])
    try directory.write("stages/stage-021-other/README.md", [])
    #expect(try short.resolved(in: directory.path).slug == "stage-02-webrtc")
    let long = try #require(try Stage.parse("stage-02-mine-start"))
    #expect(try long.resolved(in: directory.path) == long)
    try directory.write("stages/stage-02-audio/README.md", [])
    let error = #expect(throws: Stage.Problem.self) { try short.resolved(in: directory.path) }
    #expect(error?.description.contains("stage-02-audio or stage-02-webrtc") == true)
  }
}

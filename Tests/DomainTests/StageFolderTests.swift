// Names of stages, their folders, and what follows from both.

import FileSystem
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Stages and their folders")
struct StageFolderTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func folders(_ names: String...) throws {
    for name in names {
      try FileTree.makeDirectories(directory.appending("stages").appending(BytePath(name)), mode: 0o755)
    }
  }

  @Test(
    "a stage's name is stage-NUMBER, then words",
    arguments: [
      ("stage-02", "stage-02"), ("stage-2-a", "stage-2"), ("stage-0002-webrtc-video", "stage-0002"),
      ("stage-99999999999999999999999999-x", "stage-99999999999999999999999999"),
    ])
  func names(text: String, id: String) throws {
    let name = try #require(StageName(text))
    #expect(name.id == id && name.slug == text && name.isShort == (text == id))
  }

  @Test(
    "other texts are none",
    arguments: [
      "stage", "stage-", "stage-x", "stage-1x", "stage-1-", "Stage-1", "stage--1", "stage-١", "", "template",
    ])
  func noNames(text: String) { #expect(StageName(text) == nil) }

  @Test(
    "a new stage gets a name that its checkpoints can bear",
    arguments: [
      "stage-02-core", "stage-02-complete", "stage-1-a b", "stage-1-ä", "stage-1-a/b", "stage-1-..",
      "stage-1-" + String(repeating: "x", count: 90), "webrtc", "stage-1-x.1.2.tmp", "../stage-1",
      "stage-1-\u{1B}[2J",
    ])
  func invalid(text: String) {
    #expect(throws: StageName.Invalid.self) { try StageName(forNew: text) }
  }

  @Test("stages are in the order of their numbers, whatever their width")
  func order() throws {
    try folders("stage-10", "stage-9-b", "stage-009-a", "stage-2", "template", "stage-100", "stage-3.1.2.tmp")
    try directory.write("stages/stage-4-file", [])
    let names = StageFolders.names(in: directory.path).map(\.slug)
    #expect(names == ["stage-2", "stage-009-a", "stage-9-b", "stage-10", "stage-100"])
    #expect(StageFolders.names(in: directory.appending("nowhere")) == [])
  }

  @Test("a number means the folder that has it, in its own width first")
  func resolving() throws {
    func slug(_ text: String) throws -> String? { try Stage.parse(text)?.resolved(in: directory.path).slug }
    #expect(try slug("stage-02-start") == "stage-02")
    try folders("stage-02-video", "stage-1", "stage-01-a", "stage-7-a", "stage-7-b")
    #expect(try slug("stage-02-start") == "stage-02-video")
    #expect(try slug("stage-2-start") == "stage-02-video")
    #expect(try slug("stage-002-start") == "stage-02-video")
    #expect(try slug("stage-02-audio-start") == "stage-02-audio")
    #expect(try slug("stage-1-core") == "stage-1")
    #expect(try slug("stage-01-core") == "stage-01-a")
    #expect(throws: Stage.Problem.self) { try slug("stage-7-start") }
    #expect(throws: Stage.Problem.self) { try slug("stage-07-start") }
    #expect(try slug("stage-20-start") == "stage-20")
  }

  @Test("phases out of their order are remarked upon, repeated ones are not")
  func phases() {
    func remark(_ phase: Phase, _ reached: Phase...) -> String? {
      PhaseOrder.remark(on: phase, of: "stage-1", after: Set(reached))
    }
    #expect(remark(.start) == nil && remark(.start, .start) == nil)
    #expect(remark(.core, .start) == nil && remark(.core, .start, .core) == nil)
    #expect(remark(.complete, .start, .core, .integration) == nil)
    #expect(remark(.core) == "out of order: stage-1 has no checkpoint of start yet")
    #expect(remark(.complete, .start) == "out of order: stage-1 has no checkpoint of core, integration yet")
    #expect(remark(.start, .start, .core) == "out of order: stage-1 was at core already")
    #expect(remark(.core, .complete, .core, .start) == "out of order: stage-1 was complete already")
  }

  private func new(_ text: String, files: any FileOperations = SystemFileOperations()) throws -> NewStage {
    try NewStage(StageName(forNew: text), in: directory.path, files: files)
  }

  private func read(_ path: BytePath) throws -> String {
    String(decoding: try FileTree.readAll(directory.appending("stages").appending(path)), as: UTF8.self)
  }

  private func names(_ path: BytePath) throws -> [String] {
    try FileTree.list(directory.appending(path)).map(\.description)
  }

  @Test("a new stage has its three files, filled with its name; progress.md has all phases, none done")
  func newFolder() throws {
    let made = try new("stage-02-webrtc-video")
    #expect(made.written == ["README.md", "progress.md", "rollback.md"] && made.kept == [])
    #expect(try names("stages") == ["stage-02-webrtc-video"])
    #expect(try read("stage-02-webrtc-video/README.md").hasPrefix("# Stage 02: webrtc video\n"))
    let commands = try read("stage-02-webrtc-video/rollback.md")
    for phase in Phase.allCases {
      #expect(commands.contains("checkpoint rollback stage-02-webrtc-video-\(phase)`"))
    }
    for name in made.written { #expect(try !read(BytePath("stage-02-webrtc-video/\(name)")).contains("{{")) }
    let progress = try #require(try ProgressFile.read(inFolder: made.folder))
    #expect(progress.sections.map(\.phase) == Phase.allCases && progress.counts.allSatisfy { $0.done == 0 })
    #expect(progress.problems == [])
  }

  @Test("only missing files are added to a folder that is there, and links are left alone")
  func adopting() throws {
    try directory.write("stages/stage-1/progress.md", Array("mine\n".utf8))
    try FileTree.makeLink(directory.appending("stages/stage-1/README.md"), to: "/nowhere/at-all")
    let made = try new("stage-1")
    #expect(made.written == ["rollback.md"] && made.kept == ["README.md", "progress.md"])
    #expect(try read("stage-1/progress.md") == "mine\n")
    #expect(try FileTree.readLink(directory.appending("stages/stage-1/README.md")) == "/nowhere/at-all")
    #expect(try new("stage-1").written == [])
  }

  @Test("nothing is written through a link, and a file in the place of a directory is named")
  func links() throws {
    let elsewhere = try TemporaryDirectory()
    try folders("stage-9")
    try FileTree.makeLink(directory.appending("stages/stage-1"), to: elsewhere.path)
    try directory.write("stages/stage-2", [])
    #expect(throws: NewStage.Problem.self) { try new("stage-1") }
    #expect(throws: NewStage.Problem.self) { try new("stage-2") }
    try FileTree.remove(directory.appending("stages"))
    try FileTree.makeLink(directory.appending("stages"), to: elsewhere.path)
    #expect(throws: NewStage.Problem.self) { try new("stage-3") }
    #expect(try FileTree.list(elsewhere.path) == [])
  }

  @Test(
    "wherever it fails there is a whole folder or none, and a second try makes it", arguments: [false, true])
  func failures(isThere: Bool) throws {
    let counting = FaultyFileOperations()
    _ = try new("stage-1", files: counting)
    for call in FaultyFileOperations.Call.allCases {
      for successes in 0..<counting.calls.count(where: { $0 == call }) {
        try FileTree.remove(directory.appending("stages"))
        if isThere { try directory.write("stages/stage-1/README.md", Array("mine\n".utf8)) }
        let faulty = FaultyFileOperations(failing: call, after: successes)
        do { _ = try new("stage-1", files: faulty) } catch is SystemError {}
        let left = try names("stages")
        #expect(left == [] || left == ["stage-1"], "\(call) \(successes)")
        for name in left == [] ? [] : try names("stages/stage-1") {
          #expect(
            try !read(BytePath("stage-1/\(name)")).isEmpty && !name.hasSuffix(".tmp"),
            "\(call) \(successes) \(name)")
        }
        #expect(try new("stage-1").kept.count + new("stage-1").kept.count >= 3)
        #expect(try names("stages/stage-1") == ["README.md", "progress.md", "rollback.md"])
        if isThere { #expect(try read("stage-1/README.md") == "mine\n") }
      }
    }
  }

  @Test("what a killed one has left is removed by the next, and is no stage meanwhile")
  func abandoned() throws {
    try folders("stage-1-a.999999999.7.tmp")
    try directory.write("stages/stage-1-a/README.md.999999999.7.tmp", [])
    #expect(StageFolders.names(in: directory.path).map(\.slug) == ["stage-1-a"])
    _ = try new("stage-1-a")
    #expect(try names("stages") == ["stage-1-a"])
    #expect(try names("stages/stage-1-a") == ["README.md", "progress.md", "rollback.md"])
  }
}

// Stages on the command line: made, listed, shown, and how far they are in every checkpoint.

import FileSystem
import TestSupport
import Testing

@Suite("Stages on the command line")
struct StageCommandTests {
  private func hints(_ result: ProgramResult) -> String {
    result.errorText.split(separator: "\n").filter { $0.hasPrefix("hint:") }.joined(separator: "\n")
  }

  @Test("a new stage's folder leads through its phases, and back by the commands that it names")
  func wholeWay() throws {
    let scene = try Scene.small()
    let made = try scene.checkpoint("stage", "new", "stage-02-webrtc-video")
    #expect(try made.line == "stages/stage-02-webrtc-video", "\(made)")
    let ids = try ["start", "core", "integration", "complete"].map { phase in
      try scene.repository.write("a.txt", "\(phase)\n")
      let result = try scene.checkpoint("stage-02-\(phase)")
      #expect(result.warnings == [], "\(result)")
      return try result.line
    }
    let text = try scene.repository.read("stages/stage-02-webrtc-video/rollback.md")
    let commands = text.matches(of: #/`?checkpoint (rollback stage-\S+?)[`\n]/#).map { String($0.1) }
    try #require(commands.count == 4)
    for (command, id) in zip(commands, ids) {
      let words = command.split(separator: " ").map { BytePath(String($0)) } + ["--yes"]
      let result = try scene.program.run(words).succeeded()
      #expect(try result.line == "back at \(id)", "\(result)")
    }
  }

  @Test("existing folders are adopted by their number, and what is in them is kept")
  func adopted() throws {
    let scene = try Scene.small()
    try scene.repository.write("stages/stage-7-mine/README.md", "mine\n")
    let result = try scene.run("stage", "new", "stage-07", "--json").succeeded()
    let view = try result.json()
    #expect(view["stage"]?.string == "stage-7-mine" && view["kept"]?[0]?.string == "README.md", "\(result)")
    #expect(view["written"]?.array?.compactMap(\.string) == ["progress.md", "rollback.md"])
    #expect(try scene.repository.read("stages/stage-7-mine/README.md") == "mine\n")
    let other = try scene.checkpoint("stage", "new", "stage-7-other")
    #expect(other.errorText.contains("warning: stage-7-mine has the same number"), "\(other)")
    #expect(try scene.run("stage-7-start").code == 2)
    try scene.checkpoint("stage-7-other-start")
  }

  @Test("names that no stage can have are refused, with the next free number as an example")
  func badNames() throws {
    let scene = try Scene.small()
    try scene.checkpoint("stage", "new", "stage-009-x")
    for name in ["stage-1-core", "video", "stage-1/x", "../stage-1", "stage-1-\u{1B}[2J"] {
      let result = try scene.run("stage", "new", name)
      #expect(result.code == 2 && hints(result).contains("stage-010-"), "\(result)")
      #expect(!result.printed.contains("\u{1B}"))
    }
    for words in [["stage", "new"], ["stage", "list", "x"], ["stage", "frob"], ["stage"]] as [[BytePath]] {
      #expect(try scene.program.run(words).code == 2)
    }
    #expect(try scene.program.run(["stage", "list"], in: "/").code == 10)
  }

  @Test(
    "stages with a folder, with checkpoints, and with both are listed by number, before there is a store, too"
  )
  func list() throws {
    let scene = try Scene.small()
    #expect(try scene.checkpoint("stage", "list").printed.contains("no stage yet"))
    try scene.checkpoint("stage", "new", "stage-10-last")
    try scene.checkpoint("stage", "new", "stage-2-video")
    #expect(!FileTree.exists(scene.store))
    try scene.checkpoint("stage-2-start")
    try scene.checkpoint("stage-03-audio-start")
    try scene.checkpoint("stage-03-core")
    try scene.checkpoint("custom", "stage-99")
    let stages = try #require(try scene.run("stage", "list", "--json").json().array)
    #expect(stages.map { $0["stage"]?.string } == ["stage-2-video", "stage-03-audio", "stage-10-last"])
    #expect(stages.map { $0["phase"]?.string } == ["start", "core", nil])
    #expect(stages.map { $0["folder"] == nil } == [false, true, false])
    #expect(stages[1]["checkpoints"]?.array?.count == 2)
    let lines = try scene.checkpoint("stage", "list").lines
    #expect(lines.count == 4 && lines[1].hasPrefix("stage-2-video") && lines[2].contains("core"), "\(lines)")
  }

  @Test("show takes a name, a number of any width, or the newest stage; what is not there brings near names")
  func show() throws {
    let scene = try Scene.small()
    let early = try scene.run("stage", "show")
    #expect(early.code == 1 && hints(early).contains("checkpoint stage new"), "\(early)")
    try scene.checkpoint("stage", "new", "stage-02-webrtc-video")
    try scene.checkpoint("stage", "new", "stage-03-audio")
    try scene.checkpoint("stage-02-start")
    for words in [[], ["stage-02"], ["stage-2"], ["stage-0002"], ["stage-02-webrtc-video"]] as [[BytePath]] {
      let shown = try scene.program.run(["stage", "show", "--json"] + words).succeeded().json()
      #expect(shown["stage"]?.string == "stage-02-webrtc-video" && shown["phases"]?["start"] != nil)
      #expect((shown["openPoints"]?.array?.count ?? 0) > 4)
    }
    for (text, near) in [
      ("stage-02-webrtc-vidoe", "stage-02-webrtc-video"), ("webrtc", "stage-02-webrtc-video"),
      ("stage-3-radio", "stage-03-audio"), ("stage-04", "stage-02-webrtc-video"),
    ] {
      let result = try scene.run("stage", "show", BytePath(text))
      #expect(
        result.code == 1 && hints(result).contains("did you mean") && hints(result).contains(near),
        "\(result)")
    }
    try scene.checkpoint("stage", "new", "stage-02-other")
    let ambiguous = try scene.run("stage", "show", "stage-2")
    #expect(
      ambiguous.code == 1 && hints(ambiguous).contains("stage-02-other, stage-02-webrtc-video"),
      "\(ambiguous)")
  }

  @Test("phases out of order are taken with a warning; repeated ones without")
  func order() throws {
    let scene = try Scene.small()
    #expect(try scene.checkpoint("stage-1-start").warnings == [])
    #expect(try scene.checkpoint("stage-1-start").warnings == [])
    let early = try scene.checkpoint("stage-1-complete")
    #expect(
      early.warnings == ["warning: out of order: stage-1 has no checkpoint of core, integration yet"],
      "\(early)")
    let back = try scene.run("stage-01-core", "--json").succeeded().json()
    #expect(back["warnings"]?[0]?.string == "out of order: stage-01 was complete already")
    #expect(try scene.checkpoint("stage-2-start").warnings == [])
  }

  @Test("a whole name without a folder, if another folder has its number, is remarked upon")
  func likelyMistake() throws {
    let scene = try Scene.small()
    try scene.checkpoint("stage", "new", "stage-02-webrtc-video")
    let result = try scene.checkpoint("stage-02-webrtc-vidoe-start")
    #expect(result.errorText.contains("but stages/stage-02-webrtc-video"), "\(result)")
  }

  @Test("every checkpoint of a stage has its progress, and others have that of the stage under way")
  func progress() throws {
    let scene = try Scene.small()
    func progress(_ words: any BytePathConvertible...) throws -> JSONValue? {
      try scene.program.run(words + ["--json"]).succeeded().json()["progress"]
    }
    #expect(try progress("full") == nil && progress("stage-5-start") == nil)
    try scene.checkpoint("stage", "new", "stage-5-x")
    let file: BytePath = "stages/stage-5-x/progress.md"
    try scene.repository.write(file, "# P\n## Start\n- [x] a\n- [x] b\n## Core\n- [ ] c\n- [")
    let core = try #require(try progress("stage-5-core"))
    #expect(core["stage"]?.string == "stage-5-x")
    #expect(
      core["parts"]?[0] == .object(["title": .string("Start"), "done": .number(2), "open": .number(0)]))
    #expect(core["parts"]?[1] == .object(["title": .string("Core"), "done": .number(0), "open": .number(1)]))
    #expect(try scene.checkpoint("show").text.contains("2 of 3 done: Start 2/2, Core 0/1"))
    #expect(try progress("incremental") == core && progress("custom", "mine") == core)
    #expect(try scene.checkpoint("full").printed.contains("progress  stage-5-x, 2 of 3 done"))
    try scene.repository.write(file, BytePath("## Core\r\n- [x] größer\r\n").bytes.filter { $0 != 0xC3 })
    #expect(try progress("stage-5-integration")?["parts"]?[0]?["done"]?.number == 1)
    try scene.checkpoint("stage-5-complete")
    #expect(try progress("full") == nil)
    // As it was recorded last, once the file is gone.
    try FileTree.remove(scene.repository.top.appending("stages"))
    let shown = try scene.run("stage", "show", "stage-5", "--json").succeeded().json()
    #expect(shown["progress"]?["parts"]?[0]?["done"]?.number == 1 && shown["folder"] == nil)
    #expect(try progress("stage-5-complete") == nil)
  }

  @Test(
    "a progress.md that cannot be read or hides its rest is named, and keeps no checkpoint from being taken")
  func oddProgress() throws {
    let scene = try Scene.small()
    try scene.repository.write("stages/stage-1/progress.md", "- [x] a\n```\n- [ ] b\n")
    let open = try scene.checkpoint("stage-1-start")
    #expect(
      open.errorText.contains("warning: progress.md: the code that begins in line 2 never ends"), "\(open)")
    #expect(try scene.checkpoint("full").warnings == [])
    try FileTree.remove(scene.repository.top.appending("stages/stage-1/progress.md"))
    try FileTree.makeDirectories(scene.repository.top.appending("stages/stage-1/progress.md"), mode: 0o755)
    #expect(try scene.checkpoint("stage-1-start").errorText.contains("warning: progress.md is not a file"))
    try FileTree.remove(scene.repository.top.appending("stages"))
    try scene.repository.write("stages", "a file\n")
    #expect(try scene.checkpoint("stage-1-start").warnings == [])
    let refused = try scene.run("stage", "new", "stage-1")
    #expect(refused.code == 1 && refused.errorText.contains("stages is not a directory"), "\(refused)")
  }

  @Test(
    "a new stage that is killed at any step is there whole or not at all, and made by the next try",
    .enabled(if: SystemCalls.canBeTraced, Comment(rawValue: SystemCalls.whyNot)), arguments: [false, true])
  func killed(isAdopted: Bool) throws {
    let scene = try Scene.small()
    let stages = scene.repository.top.appending("stages")
    let files: [BytePath] = ["README.md", "progress.md", "rollback.md"]
    var kills = 0
    while true {
      try FileTree.remove(stages)
      if isAdopted { try scene.repository.write("stages/stage-1/README.md", "mine\n") }
      let calls = ["rename", "renameat", "renameat2", "mkdir", "mkdirat", "write", "fsync", "syncfs"]
      let watcher = SystemCalls.killing(before: kills + 1, of: calls)
      let ended = try scene.program.start(["stage", "new", "stage-1"], under: watcher).wait()
      if ended.code == 0 { break }
      try #require(ended.signal == 9, "\(ended)")
      kills += 1
      let folder = stages.appending("stage-1")
      if !isAdopted && FileTree.exists(folder) { #expect(try FileTree.list(folder) == files) }
      try scene.checkpoint("stage", "new", "stage-1")
      #expect(try FileTree.list(stages) == ["stage-1"] && FileTree.list(folder) == files, "\(kills)")
      for file in files { #expect(try !FileTree.readAll(folder.appending(file)).isEmpty) }
      if isAdopted { #expect(try scene.repository.read("stages/stage-1/README.md") == "mine\n") }
    }
    #expect(kills > 5)
  }
}

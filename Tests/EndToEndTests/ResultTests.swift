// Results are on standard output, remarks on standard error: what a script reads is what it asked for.

import FileSystem
import TestSupport
import Testing

@Suite("Results and remarks")
struct ResultTests {
  /// One command with what it is asked for.
  private struct Step {
    var words: [BytePath]
    /// All of standard output; ID, MOMENT, AGE and HERE replace what differs.
    var result: String
    /// Something of standard error; nil if it has nothing to say.
    var remark: String?

    init(_ words: any BytePathConvertible..., result: String, remark: String? = nil) {
      (self.words, self.result, self.remark) = (words.map(\.bytePath), result, remark)
    }

    func isResult(_ text: String, in scene: Scene) -> Bool {
      let shown = text.replacing(scene.directory.path.description, with: "HERE").replacing(
        #/\d{8}_\d{6}/#, with: "MOMENT"
      ).replacing(#/[a-z0-9-]+_MOMENT(_\d+)?/#, with: "ID").replacing(
        #/\(now\)|\(\d+ s ago\)/#, with: "(AGE)")
      return shown == result
    }
  }

  private static let steps = [
    Step("stage", "list", result: "", remark: "no stage yet"),
    Step(
      "init",
      result: """
        repository  HERE/shop
        store       HERE/shop/.git/checkpoints
        settings    HERE/shop/.checkpointconfig (kept as it is)
        database    none found; set DATABASE_URL in .env, or: checkpoint init --database URL
        hooks       none of checkpoint's: checkpoint hooks install

        """,
      remark: "next        checkpoint stage-01-start"),
    Step("trust", "--yes", result: "trusted\n", remark: "services.smoke = true"),
    Step("list", result: "", remark: "no checkpoint yet"),
    Step("warm", "list", result: "", remark: "no warm clone"),
    Step("stage", "new", "stage-01-video", result: "stages/stage-01-video\n", remark: "written  README.md"),
    Step("full", "-m", "for the record", result: "ID\n", remark: "stored "),
    Step("stage-01-start", result: "ID\n", remark: "newly stored"),
    Step("mark", "full", "stable", result: "ID is marked stable\n"),
    Step("verify", result: "sound    ID\n", remark: "read and hashed"),
    Step(
      "rollback", "--dry-run",
      result: """
        rollback to ID (AGE)
          “for the record”
          keep what is there now, for checkpoint undo
          HEAD on the branch main
          write 0 files, remove 0 files
          run smoke: true (at most 300 s)

        """, remark: "the last stable checkpoint is"),
    Step(
      "export", "full", "--format", "tar.gz", "-o", "e.tar.gz", result: "e.tar.gz\n",
      remark: "0 tables, 0 rows"),
    Step("import", "e.tar.gz", result: "ID\n", remark: "commit "),
    Step("rollback", "--yes", result: "back at ID\n", remark: "what was there before is kept as"),
    Step("undo", "--yes", result: "back at ID\n", remark: "files written"),
    Step(
      "restore", "files", "full", "--yes", "a.txt", result: "restored from ID\n", remark: "0 files written"),
    Step(
      "rehearse",
      result: """
        report: HERE/shop/.git/checkpoints/reports/rehearsal-MOMENT.md
        report: HERE/shop/.git/checkpoints/reports/rehearsal-MOMENT.json
        rehearsal of ID: passed

        """, remark: "compare git and files"),
    Step(
      "hooks", "install", "pre-commit", result: "pre-commit  not installed: lefthook.yml does not call it\n",
      remark: "checkpoint hooks run pre-commit"),
    Step("delete", "--yes", "imported", result: "deleted 1 checkpoint\n"),
    Step(
      "run", "--", "sh", "-c", "echo own; echo $CHECKPOINT_ID", result: "own\nID\n", remark: "newly stored"),
    Step("report", "stage-01", "-o", "report.md", result: "HERE/shop/report.md\n"),
  ]

  private func scene() throws -> Scene {
    let scene = try Scene.small()
    try scene.repository.git("config", "-f", ".checkpointconfig", "services.smoke", "true")
    try scene.repository.write("lefthook.yml", "")
    try scene.repository.commit("Second")
    return scene
  }

  @Test(
    "standard output is the result and nothing else, remarks are on standard error, and --quiet leaves them out"
  )
  func apart() throws {
    let loud = try scene()
    for step in Self.steps {
      let result = try loud.program.run(step.words)
      #expect(step.isResult(result.text, in: loud), "\(result)")
      #expect(result.errorText.contains(step.remark ?? ""), "\(result)")
      #expect(result.warnings == [] && result.errors.isEmpty == (step.remark == nil), "\(result)")
    }
    let silent = try scene()
    for step in Self.steps {
      let quiet: [BytePath] = [step.words[0], "--quiet"]
      let result = try silent.program.run(quiet + step.words.dropFirst())
      #expect(step.isResult(result.text, in: silent) && result.errors == [], "\(result)")
    }
  }

  @Test("with --json standard output is one document, also if the command of “run” writes and is undone")
  func documents() throws {
    let scene = try scene()
    for step in Self.steps {
      let result = try scene.program.run([step.words[0], "--json"] + step.words.dropFirst())
      let document = try result.json()
      #expect(document["error"] == nil && result.warnings == [], "\(result)")
    }
    let undone = try scene.run(
      "run", "--json", "--rollback-on-failure", "--", "sh", "-c", "echo own; echo two >a.txt; exit 7")
    #expect(undone.code == 7 && undone.errorText.hasPrefix("own\n"), "\(undone)")
    let id = try #require(try undone.json()["id"]?.string)
    #expect(undone.errorText.contains("back at \(id)"), "\(undone)")
    #expect(try scene.repository.read("a.txt") == "one\n")
  }

  @Test("on a terminal results and remarks come in the order in which they are said")
  func order() throws {
    let scene = try scene()
    let text = try scene.program.startOnTerminal(["full"]).end().text.replacing("\r\n", with: "\n")
    let remark = try #require(text.firstRange(of: "newly stored"))
    let result = try #require(text.firstRange(of: #/\nfull_\d{8}_\d{6}\n/#))
    #expect(remark.upperBound < result.lowerBound && result.upperBound == text.endIndex, "\(text)")
  }
}

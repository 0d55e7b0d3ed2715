// Checkboxes as people really write them, in files that may be half written.

import FileSystem
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Progress of a stage")
struct ProgressFileTests {
  /// Parts as “title done/all”.
  private func parts(_ text: String) -> [String] { parts(Array(text.utf8)) }

  private func parts(_ bytes: [UInt8]) -> [String] {
    ProgressFile(parsing: bytes).counts.map { "\($0.title) \($0.done)/\($0.done + $0.open)" }
  }

  @Test(
    "a checkbox is a point of a list with [ ], [x] or [X]",
    arguments: [
      "- [ ] a\n- [x] b\n- [X] c", "* [ ] a\n+ [x] b\n* [X]\tc", "1. [ ] a\n2) [x] b\n10. [X] c",
      "- [ ] a\n  - [x] b\n    - [x] c", "- [ ] a\n\t- [x] b\n\t\t- [x] c",
      "> - [ ] a\n> > - [x] b\n>- [x] c",
      "- [ ]\n- [x]\n- [X]", "- - [ ] a\n- 1. [x] b\n- text\n\n      [x] no\n  - [x] c",
      "- [\u{A0}] a\n- [x] b\n- [x] c",
    ])
  func checkboxes(text: String) { #expect(parts(text) == [" 2/3"], "\(text)") }

  @Test(
    "what only looks like a checkbox is none",
    arguments: [
      "[ ] a", "- [] a", "- [y] a", "- [x]a", "-[ ] a", "- [ x ] a", "- [link](x)", "- [x](link)",
      "text - [ ] a",
      "    - [ ] code", "- [", "- [x", "\\- [ ] a", "1234567890. [ ] a", "| - [ ] | a |", "- \\[ ] a",
    ])
  func noCheckboxes(text: String) { #expect(parts(text) == [], "\(text)") }

  @Test("checkboxes are counted by heading, of every kind, and headings without any are left out")
  func headings() {
    #expect(
      parts(
        "- [ ] before\n# One #\n- [x] a\n\n##   Two ##\n\n- [ ] b\nThree\n===\n- [x] c\nFour\n---\n- [x] d\n# Empty\n#5\n- [ ] e\n"
      )
        == [" 0/1", "One 1/1", "Two 0/1", "Three 1/1", "Four 1/1", "Empty 0/1"])
    #expect(parts("# A\n- [x] a\n# B\n- [x] b\n# A\n- [ ] c\n") == ["A 1/2", "B 1/1"])
  }

  @Test("below a phase's heading everything is that phase's, and phases are known in several spellings")
  func phases() {
    let file = ProgressFile(
      parsing: Array(
        """
        # Progress of stage-02
        ## Start
        - [x] a
        ### Core ideas
        - [x] b
        ## 2. Core (the codec)
        ### Complete
        - [ ] c
        ## Phase 3: integration
        - [ ] d
        ## Start the server
        - [ ] e
        ## COMPLETE
        - [x] f
        """.utf8))
    #expect(
      file.counts.map(\.title) == [
        "Start", "2. Core (the codec)", "Phase 3: integration", "Start the server", "COMPLETE",
      ])
    #expect(file.sections.map(\.phase) == [.start, .core, .integration, nil, .complete])
    #expect(file.counts.map(\.done) == [2, 0, 0, 0, 1])
    #expect(file.openPoints.map(\.text) == ["c", "d", "e"])
    #expect(file.problems == [])
  }

  @Test(
    "boxes in code or in a comment are not counted",
    arguments: [
      "```\n- [ ] no\n```\n- [x] a", "~~~ text\n- [ ] no\n```\n- [ ] no\n~~~~\n- [x] a",
      "````\n```\n- [ ] no\n````\n- [x] a", "- [x] a\n  ```sh\n  - [ ] no\n  ```",
      "<!-- - [ ] no -->\n- [x] a",
      "<!--\n- [ ] no\n-->\n- [x] a", "- [x] a <!-- - [ ] no", "text\n\n    - [ ] no\n\n- [x] a",
      "- [x] write `<!--` here", "```not `code`\n- [x] a",
    ])
  func code(text: String) { #expect(parts(text) == [" 1/1"], "\(text)") }

  @Test("a file that breaks off is counted as far as it goes, and what hides its rest is named")
  func halfWritten() {
    let whole = "# Core\r\n- [x] one\r\n- [ ] two\r\n```\n- [x] code\n```\n<!-- x -->\n- [x] three\n"
    #expect(parts(whole) == ["Core 2/3"])
    for length in 0..<whole.utf8.count {
      let file = ProgressFile(parsing: Array(whole.utf8.prefix(length)))
      #expect(file.counts.reduce(0) { $0 + $1.done + $1.open } <= 3)
    }
    let fence = ProgressFile(parsing: Array("- [x] a\n```\n- [ ] b\n".utf8))
    #expect(
      fence.problems == ["progress.md: the code that begins in line 2 never ends; nothing after it counts"])
    let comment = ProgressFile(parsing: Array("- [x] a\n\n<!-- later\n- [ ] b\n".utf8))
    #expect(comment.problems.first?.contains("comment that begins in line 3") == true)
  }

  @Test("any encoding and any line end is read")
  func encodings() {
    let text = "# Core größer\n- [x] fertig – ja\n- [ ] später\n"
    let expected = ["Core größer 1/2"]
    func wide(_ isLittle: Bool) -> [UInt8] {
      text.utf16.flatMap { unit -> [UInt8] in
        let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        return isLittle ? pair : pair.reversed()
      }
    }
    let western: [UInt8] = text.unicodeScalars.map { $0 == "–" ? 0x96 : UInt8(truncatingIfNeeded: $0.value) }
    for bytes in [
      Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), western, [0xFF, 0xFE] + wide(true),
      [0xFE, 0xFF] + wide(false), wide(true), wide(false),
      Array(text.replacing("\n", with: "\r\n").utf8), Array(text.replacing("\n", with: "\r").utf8),
    ] {
      #expect(parts(bytes) == expected)
    }
    #expect(ForeignText.decode(western).contains("fertig – ja"))
    var noise = SystemRandomNumberGenerator()
    for length in 0..<200 {
      _ = ProgressFile(parsing: (0..<length).map { _ in UInt8.random(in: 0...255, using: &noise) })
    }
  }

  @Test("no file is nothing; a directory or a pipe in its place is named and blocks nothing")
  func places() throws {
    let directory = try TemporaryDirectory()
    #expect(try ProgressFile.read(inFolder: directory.path) == nil)
    #expect(try ProgressFile.read(inFolder: directory.appending("none")) == nil)
    for kind in ["directory", "pipe"] {
      let folder = directory.appending(BytePath(kind))
      let path = folder.appending("progress.md")
      try FileTree.makeDirectories(kind == "pipe" ? folder : path, mode: 0o755)
      if kind == "pipe" { try #require(path.withCString { mkfifo($0, 0o600) } == 0) }
      #expect(try ProgressFile.read(inFolder: folder)?.problems == ["progress.md is not a file"])
    }
    try directory.write("linked/progress.md", Array("- [x] a\n".utf8))
    try FileTree.makeDirectories(directory.appending("link"), mode: 0o755)
    try FileTree.makeLink(directory.appending("link/progress.md"), to: "../linked/progress.md")
    #expect(try ProgressFile.read(inFolder: directory.appending("link"))?.counts.first?.done == 1)
  }

  @Test("quotations within quotations, comments and headings without end are read to a limit")
  func withoutEnd() {
    func done(_ text: String) -> Int {
      ProgressFile(parsing: Array(text.utf8)).counts.reduce(0) { $0 + $1.done }
    }
    #expect(done(String(repeating: "> ", count: 50) + "- [x] y") == 1)
    #expect(done(String(repeating: "> ", count: 100_000) + "- [x] y") == 0)
    #expect(done(String(repeating: "x <!-- y -->", count: 20_000) + "\n- [x] y") == 1)
    #expect(done((0..<20_000).map { "# H\($0)\n- [x] y" }.joined(separator: "\n")) == 20_000)
  }

  @Test("a file beyond every size is read to its limit, and that is said")
  func huge() throws {
    let directory = try TemporaryDirectory()
    let line = Array("- [x] a point of many\n".utf8)
    try directory.write("progress.md", Array(repeatElement(line, count: 300_000).joined()))
    let file = try #require(try ProgressFile.read(inFolder: directory.path))
    #expect(file.problems.count == 1 && (file.counts.first?.done ?? 0) < 12_000)
  }
}

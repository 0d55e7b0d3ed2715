// What commands say of a moment, of nothing, and of the way home.

import FileSystem
import TestSupport
import Testing

@Suite("Words")
struct WordsTests {
  @Test("after going back to an older commit it is said how to get home")
  func home() throws {
    let scene = try Scene.small()
    try scene.checkpoint("custom", "one")
    try scene.repository.write("b.txt", "b\n")
    try scene.repository.commit("Later")
    let text = try scene.checkpoint("rollback", "--yes", "one").printed
    #expect(text.contains("git switch -c NAME; back to main: git switch main\n"), "\(text)")
    try scene.repository.git("switch", "-q", "main")
    #expect(try scene.repository.read("b.txt") == "b\n")
    try scene.repository.git("switch", "-q", "-c", "feature/é-1")
    #expect(
      try scene.checkpoint("rollback", "--yes", "one").printed.contains("back to feature/é-1: git switch "))
  }

  @Test("zero files are not counted if there is other work")
  func changed() throws {
    let scene = try Scene.small()
    for number in 1...6 { try scene.repository.write("new\(number).txt", "\(number)\n") }
    try scene.repository.git("add", ".")
    let first = try scene.checkpoint("full").printed
    #expect(first.contains("6 staged") && first.contains("6 files against HEAD"), "\(first)")
    let second = try scene.checkpoint("incremental").printed
    #expect(!second.contains("0 files"), "\(second)")
    try scene.repository.git("reset", "-q")
    try scene.repository.git("rm", "-q", "--cached", "a.txt")
    for number in 1...6 { try FileTree.remove(scene.repository.top.appending("new\(number).txt")) }
    let third = try scene.checkpoint("custom", "removed").printed
    #expect(third.contains("1 staged") && !third.contains("0 files"), "\(third)")
  }

  @Test("every moment is shown in one notation, which can be asked for")
  func time() throws {
    let scene = try Scene.small()
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("verify")
    for words: [BytePath] in [["show"], ["log"], ["stage", "show", "stage-01"]] {
      let text = try scene.program.run(words).succeeded().text
      #expect(text.contains(#/20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC/#), "\(text)")
      #expect(!text.contains(#/\d\dT\d\d/#), "\(text)")
    }
    let log = try scene.checkpoint("log").text
    let shown = try #require(log.firstMatch(of: #/20[0-9: -]+UTC/#)).output
    #expect(
      try scene.checkpoint("log", "--since", BytePath(String(shown)), "--json").json().array?.isEmpty == false
    )
  }
}

// What the shells offer at the end of a command line, without a project.

import Testing

@testable import CheckpointCLI

@Suite("Suggestions for an unfinished command line")
struct SuggestionTests {
  private func suggestions(_ words: String...) -> Suggestions {
    Suggestions(
      for: words, commands: CommandTable.named.filter { !$0.isHidden }, fallback: .stage,
      project: { _ in ProjectWords(nil) })
  }

  private func offered(_ words: [String]) -> [String] {
    Suggestions(
      for: words, commands: CommandTable.named.filter { !$0.isHidden }, fallback: .stage,
      project: { _ in ProjectWords(nil) }
    ).words.map(\.text)
  }

  @Test(
    "words that fit the beginning",
    arguments: [
      (["roll"], ["rollback"]), (["-q", "undo"], ["undo"]), (["-C", "there", "lis"], ["list"]),
      (["restore", "co"], ["config", "components"]), (["restore", "-y", "f"], ["files"]),
      (["rollback", "--dr"], ["--dry-run"]), (["restore", "files", "--target"], []),
      (["restore", "database", "--target"], ["--target", "--target-db"]),
      (["report", "--format", "m"], ["markdown"]), (["report", "-f", "m"], ["markdown"]),
      (["report", "--format=m"], ["markdown"]), (["log", "--result", ""], ["done", "failed"]),
      (["mark", "latest", "s"], ["stable"]), (["hooks", "install", "pre-c"], ["pre-commit"]),
      (["hooks", "install", "pre-push", "pre-c"], ["pre-commit"]), (["warm", "dr"], ["drop"]),
      (["help", "roll"], ["rollback"]), (["help", "stage", ""], ["new", "list", "show"]),
      (["completion", "b"], ["bash"]), (["stage-02-start", "--no-t"], ["--no-tests"]),
    ])
  func words(line: [String], expected: [String]) {
    #expect(offered(line) == expected)
  }

  @Test(
    "nothing is offered after what is complete, unknown or free text",
    arguments: [
      ["list", ""], ["completion", "bash", ""], ["custom", "x"], ["full", "-m", "x"], ["xyzzy", "-p"],
      ["full", "--", "--me"], ["report", "--open=x"], ["restore", "xyzzy", "f"], ["warm", "good", "l"],
    ])
  func nothing(line: [String]) {
    #expect(offered(line) == [])
  }

  @Test("every command of the overview is offered, and no hidden one")
  func commands() {
    let all = Set(suggestions("").words.map(\.text))
    #expect(all == Set(CommandTable.named.filter { !$0.isHidden }.map(\.name)))
    #expect(!all.contains("worker"))
    #expect(suggestions("").words.allSatisfy { !$0.meaning.isEmpty })
  }

  @Test("an option that was given is not offered again unless it may be repeated")
  func givenOptions() {
    let options = suggestions("full", "-q", "--message=x", "--exclude", "a", "--").words.map(\.text)
    #expect(!options.contains("--quiet") && !options.contains("--message"))
    #expect(options.contains("--exclude") && options.contains("--json"))
    let joined = suggestions("custom", "-qmtext", "--").words.map(\.text)
    #expect(!joined.contains("--quiet") && !joined.contains("--message"))
    #expect(Set(options).count == options.count)
  }

  @Test("files, directories and programs are left to the shell")
  func names() {
    #expect(suggestions("import", "du").kind == .files)
    #expect(suggestions("restore", "files", "latest", "src", "").kind == .files)
    #expect(suggestions("-C", "").kind == .directories)
    #expect(suggestions("rehearse", "--output=").kind == .directories)
    #expect(suggestions("run", "--", "np").kind == .program)
    #expect(suggestions("run", "--name", "").kind == .words)
    #expect(suggestions("import", "").lines == ["files"])
  }

  @Test("the value of -C is where the project is looked for", arguments: [["-C", "there"], ["-Cthere"]])
  func directory(option: [String]) {
    var asked: [String?] = []
    _ = Suggestions(
      for: option + ["show", ""], commands: CommandTable.named, fallback: .stage,
      project: {
        asked.append($0)
        return ProjectWords(nil)
      })
    #expect(asked == ["there"])
  }
}

// Commits that git reads and libgit2 does not: authors without an address, dates beyond any calendar.

import FileSystem
import TestSupport
import Testing

@Suite("Odd commits")
struct OddCommitTests {
  @Test(
    "what an author or a date looks like keeps no command from its work",
    arguments: ["A 1 +0", "A <a@b> 18446744073709551615 +0000", "A <a@b> -1 +0000", "<> x"])
  func authors(_ who: String) throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.fill()
    try scene.checkpoint("full", "--no-database")
    try repository.git("tag", "-a", "-m", "Before", "v1")
    let parent = try repository.git("rev-parse", "HEAD").lines[0]
    let tree = try repository.git("rev-parse", "HEAD^{tree}").lines[0]
    let text = "tree \(tree)\nparent \(parent)\nauthor \(who)\ncommitter \(who)\n\nOdd,\nbut there\n"
    let commit = try Program.run(
      ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"], directory: repository.top,
      input: Array(text.utf8)
    ).succeeded().lines[0]
    try repository.git("update-ref", "HEAD", BytePath(commit))
    try repository.write("work.txt", "work\n")
    let before = try scene.picture()
    let taken = try scene.checkpoint("custom", "odd", "--no-database")
    #expect(taken.printed.contains("Odd, but there"), "\(taken)")
    for words in [
      ["status"], ["list"], ["show", "odd"], ["diff", "full"], ["report"], ["verify", "--all"],
      ["rollback", "--dry-run", "HEAD"], ["rollback", "--yes", "full"], ["undo", "--yes"],
    ] as [[BytePath]] {
      try scene.program.run(words).succeeded()
    }
    try scene.expect(before)
  }
}

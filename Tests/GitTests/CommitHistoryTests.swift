// Commits between two others, as `git rev-list` counts them, and who made them.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Commit history")
struct CommitHistoryTests {
  private func span(_ repository: Repository, _ old: String, _ new: String) throws -> CommitSpan {
    let database = try ObjectDatabase.open(
      RepositoryLocation.discover(
        from: repository.worktree, environment: ProcessEnvironment.variables))
    let from = try #require(database.commit(at: old))
    let to = try #require(database.commit(at: new))
    return try database.span(from: from, to: to, database.commitReader())
  }

  /// Two branches from `base`, of which `main` was merged with what `side` was at `merged`.
  private func makeHistory() throws -> Repository {
    let repository = try Repository()
    func commit(_ count: Int, by name: String = "Dana", _ email: String = "d@example.org") throws {
      for _ in 0..<count {
        try repository.git(
          "-c", BytePath("user.name=\(name)"), "-c", BytePath("user.email=\(email)"), "commit", "-q",
          "--allow-empty", "-m", "x")
      }
    }
    try commit(1)
    try repository.git("branch", "base")
    try commit(3)
    try repository.git("checkout", "-q", "-b", "side", "base")
    try commit(5, by: "Erik Øst", "e@example.org")
    try repository.git("branch", "merged")
    try commit(2, by: "erik", "e@example.org")
    try repository.git("checkout", "-q", "main")
    try repository.git("merge", "-q", "--no-edit", "merged")
    return repository
  }

  @Test(
    "commits of either side are those of git rev-list",
    arguments: ["base", "main", "side", "merged", "main~1", "side~3"],
    ["base", "main", "side", "merged", "main~1", "side~3"])
  func counts(old: String, new: String) throws {
    let repository = try makeHistory()
    let git = try repository.git("rev-list", "--count", "--left-right", BytePath("\(old)...\(new)"))
    let span = try span(repository, old, new)
    #expect("\(span.left)\t\(span.added)" == git)
    #expect(span.authors.reduce(0) { $0 + $1.commits } == span.added)
  }

  @Test("authors come by the names of .mailmap, the busiest first")
  func authors() throws {
    let repository = try makeHistory()
    func authors() throws -> [String] {
      try span(repository, "base", "side").authors.map { "\($0.name): \($0.commits)" }
    }
    #expect(try authors() == ["Erik Øst: 5", "erik: 2"])
    try repository.write(".mailmap", "Erik Øst <e@example.org> erik <e@example.org>\n")
    #expect(try authors() == ["Erik Øst: 7"])
  }

  @Test("spans that follow each other are one")
  func joined() throws {
    let repository = try makeHistory()
    let spans = [try span(repository, "base", "merged"), try span(repository, "merged", "side")]
    #expect(CommitSpan(joining: spans) == (try span(repository, "base", "side")))
  }

  @Test("histories without a common commit are counted whole")
  func unrelated() throws {
    let repository = try makeHistory()
    try repository.git("checkout", "-q", "--orphan", "other")
    try repository.git("commit", "-q", "--allow-empty", "-m", "other")
    let span = try span(repository, "main", "other")
    #expect(span.added == 1 && span.left == 10)
  }
}

// Counts the commits between two others, by author. Only commits that one of them has and the other has not are read, so the
// cost depends on the work between them and not on the age of the repository.

import CGit
import FileSystem

extension ObjectDatabase {
  /// A reader of commits' authors, by the names that the project prefers.
  package func commitReader() -> CommitReader { CommitReader(repository) }

  /// - Throws: `GitError` if a part of the history is missing.
  package func span(from old: ObjectID, to new: ObjectID, _ reader: CommitReader) throws -> CommitSpan {
    var span = CommitSpan()
    if old == new { return span }
    var counts: [String: Int] = [:]
    do {
      try walk(to: new, without: old) { id in
        span.added += 1
        counts[try reader.author(of: id), default: 0] += 1
      }
      try walk(to: old, without: new) { _ in span.left += 1 }
    } catch is GitError { (span, counts) = try spanOfGit(from: old, to: new) }
    span.authors = CommitSpan.sorted(counts)
    return span
  }

  /// The same by the git program, which reads commits that libgit2 does not parse.
  private func spanOfGit(
    from old: ObjectID, to new: ObjectID
  ) throws -> (CommitSpan, [String: Int]) {
    var span = CommitSpan()
    let names = try git.run([
      "log", "--no-show-signature", "--format=%aN", BytePath("\(new)"), BytePath("^\(old)"), "--",
    ])
    let authors = String(decoding: names, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .dropLast()
    span.added = authors.count
    let left = try git.run(["rev-list", "--count", BytePath("\(old)"), BytePath("^\(new)"), "--"])
    span.left = Int(String(decoding: left, as: UTF8.self).prefix { $0.isNumber }) ?? 0
    return (span, authors.reduce(into: [:]) { $0[String($1), default: 0] += 1 })
  }

  /// Calls `body` for every commit that `new` has and `old` has not.
  private func walk(to new: ObjectID, without old: ObjectID, _ body: (git_oid) throws -> Void) throws {
    var walk: OpaquePointer?
    try LibGit2.check(git_revwalk_new(&walk, repository), "read the history")
    defer { git_revwalk_free(walk) }
    var (included, hidden) = (new.raw, old.raw)
    try LibGit2.check(git_revwalk_push(walk, &included), "read the history of \(new.short)")
    try LibGit2.check(git_revwalk_hide(walk, &hidden), "read the history of \(old.short)")
    var (id, seen) = (git_oid(), 0)
    while true {
      let code = git_revwalk_next(&id, walk)
      if code == GIT_ITEROVER.rawValue { return }
      try LibGit2.check(code, "read the history between \(old.short) and \(new.short)")
      seen += 1
      if seen % 1024 == 0 { try Interruption.check() }
      try body(id)
    }
  }
}

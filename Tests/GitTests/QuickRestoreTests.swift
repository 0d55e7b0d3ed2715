// The quick ways of a restore: an index that gets only the differences, files that come in one answer of git. They must
// have the same result as the long ways, and leave the work to them if they cannot.

import FileSystem
import Git
import Glibc
import TestSupport
import Testing

@Suite("Quick restores")
struct QuickRestoreTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
  }

  @Test("names that do not fit into a line of questions, empty files, conversions of every length")
  func names() throws {
    let names: [BytePath] = [
      "plain.txt", " space.txt", "\ttab.txt", "in the middle.txt", "new\nline.txt", "return.txt\r",
      "deep/er/file.txt",
    ]
    try repository.write(".gitattributes", "*.txt* text eol=crlf\n")
    for name in names { try repository.write(name, "one\r\ntwo\r\n\(name.bytes.count)\r\n") }
    try repository.write("empty", "")
    try repository.write("binary", "a\n\0 missing\n\nb")
    try repository.commit()
    for name in names { try repository.remove(name) }
    try repository.git("checkout", "--quiet", "--", ".")
    try trip.expectUnchanged {
      for name in names + ["empty", "binary"] { try repository.write(name, "later\r\n") }
    }
  }

  @Test("attributes that only the index has decide about files that come back")
  func attributesOfTheIndex() throws {
    try repository.write(".gitattributes", "*.txt text eol=crlf\n")
    try repository.write("a.txt", "one\r\ntwo\r\n")
    try repository.commit()
    try repository.remove(".gitattributes")
    #expect(try repository.git("status", "--porcelain") == " D .gitattributes")
    try trip.expectUnchanged { try repository.write("a.txt", "later\r\n") }
  }

  @Test("staged additions, removals, modes and files in the place of directories", arguments: [true, false])
  func staged(isKnown: Bool) throws {
    for name in ["a", "b", "c", "mode", "directory/file", "file"] as [BytePath] {
      try repository.write(name, "\(name)\n")
    }
    try repository.commit()
    try repository.write("a", "changed\n")
    try repository.write("b", "staged\n")
    try repository.git("add", "b")
    let before = try trip.observe()
    let state = try trip.capture().state
    try repository.git("rm", "--quiet", "-r", "c", "directory", "file")
    for (name, text) in [
      ("directory", "a file\n"), ("file/below", "one\n"), ("new", "new\n"), ("b", "other\n"),
    ] {
      try repository.write(BytePath(name), text)
    }
    try FileTree.setPermissions(repository.path("mode"), 0o755)
    try repository.git("add", "--all")
    try repository.git("commit", "--quiet", "--message", "later")
    try repository.write("a", "once more\n")
    try repository.git("add", "a")
    try trip.restore(state, moveBranch: true, isKnown: isKnown)
    #expect(try trip.observe() == before)
  }

  @Test("what the user stages while a restore goes on is not left in the index")
  func stagedMeanwhile() throws {
    for name in ["a", "b"] as [BytePath] { try repository.write(name, "\(name)\n") }
    try repository.commit()
    let before = try repository.indexAndStatus()
    let target = try trip.capture().state
    try repository.write("a", "changed\n")
    try repository.git("add", "a")
    let (plan, present) = try trip.plan(to: target)
    let (location, database) = (try repository.location(), try repository.database())
    let index = try IndexRestore(target, from: present, isKnown: true, location, database)
    try index.begin()
    let text = try repository.read("b")
    try repository.write("b", "meanwhile\n")
    try repository.git("add", "b")
    try repository.write("b", text)
    let untouched = try WorktreeWriter(location, database).apply(plan)
    try index.finish(WrittenFiles(all: Set(plan.writes.map(\.path)), untouched: untouched))
    #expect(try repository.indexAndStatus() == before)
  }

  @Test(
    "a modified file does not look clean by what other attributes left in the index",
    arguments: [true, false])
  func otherAttributes(isKnown: Bool) throws {
    try repository.git("config", "core.safecrlf", "false")
    try repository.write("a.txt", "one\ntwo\n")
    try repository.commit()
    try repository.write("a.txt", "one\r\ntwo\r\n")
    let state = try trip.capture().state
    #expect(try repository.git("status", "--porcelain") == " M a.txt")
    try repository.write(".gitattributes", "*.txt text\n")
    // Long before the index is written, so that git trusts it.
    let times = [timespec(tv_sec: 1_700_000_000, tv_nsec: 0), timespec(tv_sec: 1_700_000_000, tv_nsec: 0)]
    try #require(repository.path("a.txt").withCString { utimensat(AT_FDCWD, $0, times, 0) } == 0)
    try repository.git("add", "a.txt")
    #expect(try repository.git("status", "--porcelain") == "?? .gitattributes")
    try trip.restore(state, isKnown: isKnown)
    #expect(try repository.git("status", "--porcelain") == " M a.txt")
    #expect(try repository.read("a.txt") == "one\r\ntwo\r\n")
  }
}

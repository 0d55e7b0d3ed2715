// What git does to files on their way in and out: line ends, keywords, encodings, clean and smudge. A round
// trip is exact to the byte, whatever the filters.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Filters")
struct FilterTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
  }

  /// Commits text files as the filters make them, lets all of them be lost, and brings them back: once
  /// clean, once with changes.
  private func expectExact() throws {
    let names = (0..<5).map { BytePath("text-\($0).txt") }
    for (number, name) in names.enumerated() {
      try repository.write(
        name, "$Id$\nline \(number)\n" + String(repeating: "more ü\n", count: number * 500))
    }
    try repository.commit()
    for name in names { try repository.remove(name) }
    try repository.git("checkout", "--quiet", "--", ".")
    #expect(try repository.git("status", "--porcelain") == "")
    try trip.expectUnchanged {
      for name in names { try repository.remove(name) }
    }
    try repository.write("text-0.txt", "mixed\r\nends\nand $Id$\r\n")
    try repository.write("text-1.txt", bytes: [0xFF, 0xFE, 0x0A, 0x0D, 0x0A])
    try repository.write("untracked.txt", "crlf\r\nlf\n")
    try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      try repository.remove("untracked.txt")
    }
  }

  @Test("core.autocrlf", arguments: ["true", "input"])
  func autocrlf(value: BytePath) throws {
    try repository.git("config", "core.autocrlf", value)
    try repository.git("config", "core.safecrlf", "false")
    try expectExact()
  }

  @Test(
    "attributes of line ends, keywords and encodings",
    arguments: [
      "text eol=crlf", "text=auto eol=lf", "ident", "text working-tree-encoding=UTF-16LE-BOM", "-text",
      "binary",
    ])
  func attributes(value: String) throws {
    try repository.write(".gitattributes", "*.txt \(value)\n")
    // A file that cannot be encoded cannot be committed either, and git warns of it.
    try repository.git("config", "core.safecrlf", "false")
    try expectExact()
  }

  @Test("a clean and smudge filter")
  func cleanSmudge() throws {
    try repository.write(".gitattributes", "*.txt filter=swap\n")
    try repository.git("config", "filter.swap.clean", "tr a-z b-za")
    try repository.git("config", "filter.swap.smudge", "tr b-za a-z; echo smudged")
    try repository.git("config", "filter.swap.clean", "sed -e '/^smudged$/d' | tr a-z b-za")
    try expectExact()
  }

  @Test("attributes come back before the files that they decide about, at every depth")
  func attributesFirst() throws {
    try repository.write(".gitattributes", "a.txt text eol=crlf\n")
    try repository.write("zz/.gitattributes", "*.txt text eol=crlf\n")
    for name in ["a.txt", "zz/a.txt", "b.txt"] as [BytePath] { try repository.write(name, "one\ntwo\n") }
    try repository.commit()
    for name in ["a.txt", "zz/a.txt"] as [BytePath] { try repository.remove(name) }
    try repository.git("checkout", "--quiet", "--", ".")
    #expect(try repository.read("zz/a.txt") == "one\r\ntwo\r\n")
    try trip.expectUnchanged {
      try repository.write(".gitattributes", "b.txt text eol=crlf\n")
      try repository.remove("zz/.gitattributes")
      try repository.remove("zz/a.txt")
      try repository.remove("a.txt")
    }
    #expect(try repository.read("a.txt") == "one\r\ntwo\r\n")
    #expect(try repository.read("zz/a.txt") == "one\r\ntwo\r\n")
    #expect(try repository.read("b.txt") == "one\ntwo\n")
  }

  @Test("a required filter that fails is an error, and no file is lost by it")
  func failingFilter() throws {
    try repository.write(".gitattributes", "*.txt filter=broken\n")
    try repository.git("config", "filter.broken.clean", "tr a-y b-z")
    try repository.git("config", "filter.broken.smudge", "tr b-z a-y")
    try repository.write("a.txt", "contents\n")
    try repository.commit()
    let state = try trip.capture().state
    try repository.write("a.txt", "changed\n")
    try repository.git("config", "filter.broken.smudge", "false")
    try repository.git("config", "filter.broken.required", "true")
    #expect(throws: (any Error).self) { try trip.restore(state) }
    #expect(try repository.read("a.txt") == "changed\n")
  }
}

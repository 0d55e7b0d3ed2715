// Patterns against git itself: for each pattern, the files that match are those that `git check-ignore`
// reports with only that pattern in .gitignore.

import FileSystem
import TestSupport
import Testing

@Suite("Patterns for paths")
struct GlobPatternTests {
  private static let files: [BytePath] = [
    ".env", ".env.local", "env", "a.log", "src/a.log", "src/.env", "src/deep/er/a.log", "build/out.o",
    "src/build/x.o",
    "docs/build", "config/local.yml", "config/local/db.yml", "x/config/local.yml", "foo/bar/baz", "foo/baz",
    "foo/x/y/baz",
    "a b/c d", "[x]", "Ünï/cödé", "Makefile", "makefile", "data1", "data2", "data10", ".hidden/file",
    "star*name", "foo/.dot",
    "foobaz",
  ]

  @Test(
    "a pattern matches what git would ignore by it",
    arguments: [
      ".env*", "*.log", "build", "/build", "src/*.log", "src/**/a.log", "**/a.log", "config/local.yml",
      "config/local*",
      "foo/**/baz", "foo/*", "foo/**", "**/build", "a b", "a*/c*", "[M]akefile", "[Mm]akefile", "data[0-9]",
      "data?", "data*",
      "[!.]*.log", "*", "Ünï", "Ünï/*", "\\[x\\]", "star\\*name", ".*", "foo/.*", "/.env", "/src", "src",
      "foo/*/*/baz", "foo**baz",
      "**", "**/er/**", "/foo/baz", "[^f]oo*",
    ])
  func agreesWithGit(pattern: String) throws {
    let repository = try Repository()
    for file in Self.files { try repository.write(file, "") }
    try repository.write(".gitignore", pattern + "\n")
    let ignored = try repository.bytes(
      ["check-ignore", "--no-index", "-z", "--stdin"], input: Self.files.flatMap { $0.bytes + [0] },
      accepting: [0, 1])
    let expected = ignored.split(separator: 0).map { BytePath($0) }
    let glob = GlobPattern(pattern)
    #expect(Self.files.filter { glob.matches($0) }.sorted() == expected.sorted())
  }

  @Test("a pattern with a slash at its end matches what is in the directory")
  func directoryPattern() {
    for pattern in ["build/", "src/build/", "/build/"] {
      #expect(GlobPattern(pattern).matches("src/build/x.o") == (pattern != "/build/"))
    }
    #expect(GlobPattern("build/").matches("build/out.o"))
  }

  @Test("a pattern with a slash at its end does not match a file of that name")
  func directoryPatternAndFile() throws {
    let repository = try Repository()
    try repository.write("docs/build", "a file")
    try repository.write(".gitignore", "build/\n")
    #expect(try repository.git("check-ignore", "docs/build", accepting: [0, 1]) == "")
    #expect(GlobPattern("docs/build/").matches("docs/build") == false)
  }

  @Test("a pattern that says nothing matches nothing", arguments: ["", "/", "//"])
  func emptyPattern(pattern: String) {
    #expect(!GlobPattern(pattern).matches("a"))
    #expect(!GlobPattern(pattern).matches("a/b"))
  }

  @Test("names that are not UTF-8 can be matched")
  func foreignBytes() {
    let name = BytePath(Array("caf".utf8) + [0xE9] + Array(".log".utf8))
    #expect(GlobPattern("*.log").matches(name))
    #expect(GlobPattern("dir/*").matches(BytePath("dir").appending(name)))
  }

  @Test(
    "a directory is looked into when something below it could match",
    arguments: [
      ("config/local.yml", "config", true), ("config/local.yml", "other", false), ("**/x", "any/where", true),
      ("a/*/c", "a/b", true), ("a/*/c", "b/b", false), ("a/b", "a/b/c", true),
    ] as [(String, BytePath, Bool)])
  func mayMatch(pattern: String, directory: BytePath, expected: Bool) {
    #expect(GlobPattern(pattern).mayMatch(below: directory) == expected)
  }
}

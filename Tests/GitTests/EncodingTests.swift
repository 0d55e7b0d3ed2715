// Encodings, line ends and keywords in every combination that people configure: clean files come back as git
// checks them out, changed ones with the bytes that they had.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Encodings and line ends")
struct EncodingTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    try repository.git("config", "core.safecrlf", "false")
  }

  /// Lets git write all files that it tracks.
  private func checkOut() throws {
    for name in try FileTree.list(repository.worktree) where name != ".git" && name != ".gitattributes" {
      try repository.remove(name)
    }
    try repository.git("checkout", "--quiet", "--", ".")
    try unsettle()
  }

  /// Git must look into every file: otherwise it depends on the moment what it calls clean.
  private func unsettle() throws {
    let files = try repository.git(["ls-files", "-z"]).split(separator: "\0").map {
      repository.path(BytePath(String($0)))
    }
    try Subprocess(["touch", "--no-create", "--no-dereference", "--date=2001-01-01"] + files).output()
  }

  /// Lets git write these files again, as they are in the index.
  private func checkOut(_ names: [BytePath]) throws {
    for name in names {
      try repository.remove(name)
      try repository.git("checkout", "--quiet", "--", name)
    }
    try unsettle()
  }

  // MARK: Encodings

  private func encoded(_ text: String, _ encoding: BytePath) throws -> [UInt8] {
    try Subprocess(["iconv", "-f", "UTF-8", "-t", encoding]).output(input: Array(text.utf8))
  }

  @Test(
    "files in another encoding, clean, changed, staged and broken",
    arguments: ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-16LE-BOM", "UTF-32", "SHIFT-JIS", "ISO-8859-1"],
    ["", " eol=crlf"])
  func encodings(encoding: String, lineEnds: String) throws {
    // iconv knows no variant with a mark of the little order: it is the one without, after the mark.
    let (name, mark): (BytePath, [UInt8]) =
      encoding == "UTF-16LE-BOM" ? ("UTF-16LE", [0xFF, 0xFE]) : (BytePath(encoding), [])
    let words = encoding == "SHIFT-JIS" ? "日本語" : "grüß"
    func bytes(_ text: String) throws -> [UInt8] {
      let ends = lineEnds.isEmpty ? text : text.replacing("\n", with: "\r\n")
      return try mark + encoded(ends, name)
    }
    try repository.write(".gitattributes", "*.txt text working-tree-encoding=\(encoding)\(lineEnds)\n")
    for file in ["clean.txt", "changed.txt", "staged.txt", "gone.txt", "broken.txt"] as [BytePath] {
      try repository.write(file, bytes: bytes("\(words) \(file)\nsecond\n"))
    }
    try repository.commit()
    #expect(try repository.git("cat-file", "blob", ":clean.txt") == "\(words) clean.txt\nsecond")
    try checkOut()
    #expect(try repository.git("status", "--porcelain") == "")
    try trip.expectUnchanged {
      for file in ["clean.txt", "changed.txt"] as [BytePath] { try repository.remove(file) }
    }
    try repository.write("changed.txt", bytes: bytes("\(words) changed\n"))
    try repository.write("staged.txt", bytes: bytes("\(words) staged\n"))
    try repository.git("add", "staged.txt")
    try repository.remove("gone.txt")
    try repository.write("broken.txt", bytes: [0xFF, 0x00, 0xD8, 0x0A])
    try repository.write("untracked.txt", bytes: bytes("\(words) untracked\n"))
    try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      try repository.remove("untracked.txt")
      try repository.write("clean.txt", bytes: bytes("\(words) later\n"))
    }
  }

  // MARK: Line ends

  private static let kinds: [(suffix: String, attributes: String)] = [
    ("none", ""), ("auto", "text=auto"), ("text", "text"), ("binary", "-text"), ("crlf", "text eol=crlf"),
    ("lf", "text eol=lf"), ("autocrlf", "text=auto eol=crlf"),
  ]

  private static let contents: [(name: String, text: String)] = [
    ("unix", "one\ntwo\n"), ("windows", "one\r\ntwo\r\n"), ("mixed", "one\r\ntwo\nthree\r\n"),
    ("open", "one\ntwo"), ("old", "one\rtwo\r"), ("nul", "one\r\n\0two\n"), ("empty", ""),
  ]

  @Test(
    "core.autocrlf with core.eol and every attribute of line ends",
    arguments: ["true", "input", "false"] as [BytePath], ["lf", "crlf", "native"] as [BytePath])
  func lineEnds(autocrlf: BytePath, eol: BytePath) throws {
    let attributes = Self.kinds.filter { $0.attributes != "" }.map { "*.\($0.suffix) \($0.attributes)\n" }
    try repository.write(".gitattributes", attributes.joined())
    var names: [BytePath] = []
    for (suffix, _) in Self.kinds {
      for (name, text) in Self.contents {
        names.append(BytePath("\(name).\(suffix)"))
        try repository.write(BytePath("\(name).\(suffix)"), text)
      }
    }
    // Committed without any conversion, as on another machine: some differ from what git would commit here.
    try repository.git("-c", "core.attributesFile=/dev/null", "add", ".gitattributes")
    for name in names {
      let id = try repository.git(["hash-object", "-w", "--no-filters", BytePath("./\(name)")])
      try repository.git("update-index", "--add", "--cacheinfo", BytePath("100644,\(id),\(name)"))
    }
    try repository.git("commit", "--quiet", "--message", "from elsewhere")
    try repository.git("config", "core.autocrlf", autocrlf)
    // Git refuses this pair, because it cannot be meant.
    if !(autocrlf == "input" && eol == "crlf") { try repository.git("config", "core.eol", eol) }
    try checkOut()
    try trip.expectUnchanged {
      for name in names { try repository.remove(name) }
    }
    for (suffix, _) in Self.kinds {
      try repository.write(BytePath("unix.\(suffix)"), "changed\r\nhere\n")
      try repository.write(BytePath("windows.\(suffix)"), "one\ntwo\n")
      try repository.git("add", BytePath("windows.\(suffix)"))
      try repository.write(BytePath("new.\(suffix)"), "untracked\r\nhere\n")
    }
    try checkOut(Self.kinds.map { BytePath("windows.\($0.suffix)") })
    try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      try repository.git("clean", "-fdq")
    }
  }

  @Test("a staged file comes back with the bytes that it had, not with those that git would write")
  func stagedBytes() throws {
    try repository.write(".gitattributes", "*.txt text eol=crlf\n*.id ident\n")
    try repository.commit()
    try repository.write("new.txt", "one\ntwo\n")
    try repository.write("new.id", "$Id: mine $\n")
    try repository.git("add", "new.txt", "new.id")
    try trip.expectUnchanged { try repository.git("reset", "--quiet", "--hard") }
  }

  // MARK: Keywords

  @Test("ident: keywords that git filled in, that the user wrote, and that are out of date")
  func ident() throws {
    try repository.write(".gitattributes", "*.id ident\n")
    for name in ["clean", "changed", "forged", "staged"] {
      try repository.write(BytePath("\(name).id"), "$Id$\n\(name)\n$Id: not this one $\n")
    }
    try repository.commit()
    try checkOut()
    let blob = try repository.git("rev-parse", ":clean.id")
    #expect(try repository.read("clean.id") == "$Id: \(blob) $\nclean\n$Id: \(blob) $\n")
    let old = try repository.read("changed.id")
    try repository.write("changed.id", old + "more\n")
    try repository.write("forged.id", "$Id: \(String(repeating: "0", count: 40)) $\nforged\n$Id$\n")
    try repository.write("staged.id", old + "staged\n")
    try repository.git("add", "staged.id")
    try checkOut(["staged.id"])
    try repository.write("new.id", "$Id: whatever $\n")
    try trip.expectUnchanged(moveBranch: true) {
      try repository.commit("everything")
      try repository.write("clean.id", "$Id$\nanother\n")
      try repository.commit("another")
      try checkOut()
    }
  }
}

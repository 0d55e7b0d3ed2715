// Rules for every source file that no compiler checks: size, an opening comment, no way to crash by an
// error, no printing below the command line.

import FileSystem
import Testing

@Suite("Rules for source files")
struct SourceRuleTests {
  private func offenders(_ module: String? = nil, where isBad: (String) -> Bool) throws -> [String] {
    let files = try module.map { try SourceFile.all(in: $0) } ?? SourceFile.all()
    return files.flatMap { file in
      file.code.indices.filter { isBad(file.code[$0]) }
        .map { "\(file.path):\($0 + 1): \(file.lines[$0])" }
    }
  }

  @Test("there are sources to look at")
  func findsSources() throws {
    #expect(try SourceFile.all().count > 50)
  }

  @Test("a file has at most 400 lines")
  func filesAreShort() throws {
    let long = try SourceFile.all().filter { $0.lines.count > 400 }.map { "\($0.path): \($0.lines.count)" }
    #expect(long.isEmpty)
  }

  @Test("a file opens with a comment on its purpose")
  func filesOpenWithAComment() throws {
    let mute = try SourceFile.all().filter { $0.lines.first?.hasPrefix("// ") != true }.map(\.path)
    #expect(mute.isEmpty)
  }

  @Test("nothing is public: package is enough")
  func nothingIsPublic() throws {
    let found = try offenders { line in line.split(separator: " ").contains { $0 == "public" || $0 == "open" }
    }
    #expect(found.isEmpty)
  }

  @Test("text is replaced byte by byte, by substituting: a mark after a quotation mark must not hide it")
  func noReplacingOfCharacters() throws {
    let found = try offenders { $0.contains(".replacing(\"") || $0.contains(".replacingOccurrences") }
    #expect(found.isEmpty)
  }

  @Test("no error ends the program", arguments: ["try!", "as!"])
  func noForcedErrors(word: String) throws {
    let found = try offenders { $0.contains(word) }
    #expect(found.isEmpty)
  }

  @Test(
    "nothing below the command line prints or reads a terminal",
    arguments: ["print(", "debugPrint(", "dump(", "readLine(", "isatty(", "fputs(", "fprintf("])
  func nothingPrints(call: String) throws {
    for module in allowedImports.keys.sorted() where module != "CheckpointCLI" {
      let found = try offenders(module) { line in
        line.contains(call) && !isPartOfAnotherName(call, in: line)
      }
      #expect(found.isEmpty)
    }
  }

  /// `pg_dump(` or `git.dump(` is not `dump(`.
  private func isPartOfAnotherName(_ call: String, in line: String) -> Bool {
    line.ranges(of: call).allSatisfy { range in
      guard range.lowerBound > line.startIndex else { return false }
      let before = line[line.index(before: range.lowerBound)]
      return before.isLetter || before.isNumber || before == "_" || before == "."
    }
  }

  @Test("what is quoted or commented is not code")
  func understandsQuotes() {
    #expect(SourceFile.code("let a = \"print(\" + b // print(") == "let a =  + b ")
    #expect(SourceFile.code("print(1)") == "print(1)")
  }
}

// Rules for rooms: the folders of a target know each other in one direction only, and a type is in the file of its name.

import Testing

@Suite("Rules for folders and files")
struct FolderTests {
  /// By target.
  private static let files = Result {
    let prefix = "\(SourceFile.root)/".count
    return try Dictionary(
      uniqueKeysWithValues: SourceFile.modules().map { target in
        let files = try SourceFile.all(in: target).map { file in
          CodeFile(path: String("\(file.path)".dropFirst(prefix)), text: file.lines.joined(separator: "\n"))
        }
        return (target, files)
      })
  }

  private func files(of target: String) throws -> [CodeFile] { try Self.files.get()[target] ?? [] }

  @Test("the folders of a target have no cycle")
  func foldersHaveNoCycle() throws {
    for target in try SourceFile.modules() {
      if let cycle = FolderGraph(try files(of: target)).cycle {
        Issue.record("the folders of \(target) have a cycle:\n\(cycle)")
      }
    }
  }

  /// `SystemClock` may be in `Clock.swift`, and so may a type that conforms to `Clock` or is an alias of it.
  @Test("a type is in the file of its name")
  func typesAreInTheirFiles() throws {
    for target in try SourceFile.modules() {
      for file in try files(of: target) {
        let name = String(file.name.prefix { $0 != "+" })
        let strangers = file.declarations.filter { declaration in
          declaration.isTopLevel && !declaration.isPrivate && !declaration.name.contains(name)
            && !name.contains(declaration.name) && !SwiftCode(declaration.line).words.contains(name)
        }
        if !strangers.isEmpty { Issue.record("\(file.path) declares \(strangers.map(\.name))") }
      }
    }
  }

  // MARK: The rules themselves

  private func cycle(_ texts: [String: String]) -> String? {
    FolderGraph(texts.map { CodeFile(path: $0.key, text: $0.value) }).cycle
  }

  @Test("a cycle is found over several folders, with the files that make it")
  func findsCycles() {
    let found = cycle([
      "T/A/One.swift": "struct One { var two: Two }", "T/B/Two.swift": "struct Two { var three: Three }",
      "T/Three.swift": "struct Three {}\nfunc make() { print(One.self) }",
    ])
    #expect(
      found == """
        T → T/A
          T/Three.swift names One (T/A/One.swift)
        T/A → T/B
          T/A/One.swift names Two (T/B/Two.swift)
        T/B → T
          T/B/Two.swift names Three (T/Three.swift)
        """)
  }

  @Test("one direction is no cycle, nor are files of one folder that name each other")
  func acceptsOneDirection() {
    #expect(cycle(["T/A/One.swift": "struct One { var two: Two }", "T/B/Two.swift": "struct Two {}"]) == nil)
    #expect(
      cycle(["T/A/One.swift": "class One { var two: Two? }", "T/A/Two.swift": "class Two { var one: One? }"])
        == nil)
  }

  @Test("a file's own types hide those of others, and private ones are known to their file only")
  func knowsWhoseNamesAre() {
    let nested = [
      "T/A/One.swift": "struct One {\n  enum Two {}\n}", "T/B/Two.swift": "struct Two { var one: One }",
    ]
    #expect(cycle(nested) == nil)
    let generic = [
      "T/A/One.swift": "struct One<Output> { var output: Output }",
      "T/B/Two.swift": "private struct Output {}\nstruct Two { var one: One<Int> }",
    ]
    #expect(cycle(generic) == nil)
  }

  @Test(
    "comments and literals are no code, and what is interpolated is",
    arguments: [
      ("a // One", []), ("a /* One /* Two */ One */ b", ["b"]), ("\"One\"", []), ("\"\\\"One\" + b", ["b"]),
      ("\"One \\(Two(\"One\").b) One\"", ["Two", "b"]), ("#\"One \\(One) \\#(Two)\"#", ["Two"]),
      ("\"\"\"\nOne \"One\" \\(Two)\n\"\"\"", ["Two"]), ("b(\"// One\") + Two", ["b", "Two"]),
    ])
  func readsCode(text: String, others: [String]) {
    let words = SwiftCode(text).words.subtracting(["a"])
    #expect(words == Set(others))
  }

  @Test(
    "declarations are understood with their modifiers",
    arguments: [
      ("package struct One: Two {", "One", true, false), ("private final class One {", "One", true, true),
      ("  enum One {", "One", false, false), ("@frozen package indirect enum One<Two> {", "One", true, false),
      ("package typealias One = Two<Three>", "One", true, false),
      ("fileprivate protocol One {}", "One", true, true),
    ])
  func readsDeclarations(line: String, name: String, isTopLevel: Bool, isPrivate: Bool) throws {
    let found = try #require(TypeDeclaration(line: Substring(line)))
    #expect(found.name == name)
    #expect(found.isTopLevel == isTopLevel)
    #expect(found.isPrivate == isPrivate)
  }

  @Test(
    "other lines declare no type",
    arguments: [
      "extension One {", "func struct(One) {", "let one = One()", "case class", "class func make() {",
    ])
  func readsNoOtherDeclarations(line: String) {
    #expect(TypeDeclaration(line: Substring(line)) == nil)
  }
}

// The project's own source files, as these tests read them. Found from the place of this file, so the
// tests can be started anywhere.

import FileSystem

struct SourceFile {
  /// `Sources/`
  static let root: BytePath = {
    let here = BytePath(#filePath)
    let top = here.parent?.parent?.parent ?? "."
    return top.appending("Sources")
  }()

  let path: BytePath
  let lines: [String]
  /// The lines without comments and without text in quotation marks.
  let code: [String]

  private init(path: BytePath, lines: [String]) {
    (self.path, self.lines) = (path, lines)
    code = lines.map(Self.code)
  }

  static func modules() throws -> [String] { try read.get().keys.sorted() }

  static func all() throws -> [SourceFile] { try modules().flatMap { try all(in: $0) } }

  static func all(in module: String) throws -> [SourceFile] { try read.get()[module] ?? [] }

  /// By module. Read once, as most rules look at all of them.
  private static let read = Result {
    let modules = try FileTree.list(root).compactMap(\.exactText)
    return try Dictionary(
      uniqueKeysWithValues: modules.map { ($0, try all(below: root.appending(BytePath($0)))) })
  }

  static func all(below directory: BytePath) throws -> [SourceFile] {
    try FileTree.list(directory).flatMap { name in
      let path = directory.appending(name)
      if try FileTree.status(path)?.kind == .directory { return try all(below: path) }
      guard name.bytes.suffix(6).elementsEqual(".swift".utf8) else { return [] }
      let text = String(decoding: try FileTree.readAll(path), as: UTF8.self)
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.last == "" { lines.removeLast() }
      return [SourceFile(path: path, lines: lines)]
    }
  }

  var imports: Set<String> { Set(lines.compactMap { Self.importedModule($0) }) }

  /// The module that a line imports, without its submodule.
  static func importedModule(_ line: String) -> String? {
    var words = line.split(separator: " ").map(String.init)[...]
    let modifiers: Set<String> = ["package", "internal", "private", "fileprivate", "public"]
    let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    while let first = words.first, first.hasPrefix("@") || modifiers.contains(first) {
      words = words.dropFirst()
    }
    guard words.first == "import" else { return nil }
    words = words.dropFirst()
    if let first = words.first, kinds.contains(first) { words = words.dropFirst() }
    // In a text of another language, such as Python, there may be more of them.
    return words.first.map { String($0.prefix { $0 != "." }) }.flatMap { name in
      name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? name : nil
    }
  }

  /// The line without its comment and without text in quotation marks.
  static func code(_ line: String) -> String {
    var out = ""
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      if character == "\"" && previous != "\\" {
        isQuoted.toggle()
      } else if !isQuoted {
        out.append(character)
      }
      if !isQuoted && out.hasSuffix("//") { return String(out.dropLast(2)) }
      previous = character
    }
    return out
  }
}

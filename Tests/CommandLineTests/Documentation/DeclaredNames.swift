// What the project's Swift files declare, and which words they contain, for pages that name types and settings.

import FileSystem
import TestSupport

struct DeclaredNames: Sendable {
  /// Types, and directories of sources.
  private(set) var types: Set<String> = []
  private(set) var members: Set<String> = []
  /// Every word of the program, in lower case.
  private(set) var words: Set<String> = []

  static let inProject = Result { try DeclaredNames(below: ["Sources", "Tests"]) }

  private init(below directories: [BytePath]) throws {
    for directory in directories {
      let path = Page.root.appending(directory)
      types.formUnion(try FileTree.list(path).map(\.description))
      try read(below: path, isProgram: directory == "Sources")
    }
  }

  private mutating func read(below directory: BytePath, isProgram: Bool) throws {
    for name in try FileTree.list(directory) {
      let path = directory.appending(name)
      if try FileTree.status(path)?.kind == .directory {
        try read(below: path, isProgram: isProgram)
      } else if name.bytes.suffix(6).elementsEqual(".swift".utf8) {
        take(try FileTree.readAll(path), isProgram: isProgram)
      }
    }
  }

  private static let ofTypes: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "actor"]
  private static let ofMembers: Set<String> = ["func", "var", "let", "case", "static"]

  private mutating func take(_ bytes: [UInt8], isProgram: Bool) {
    func isLetter(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
      default: false
      }
    }
    var previous = ""
    for piece in bytes.split(whereSeparator: { !isLetter($0) }) {
      let word = String(decoding: piece, as: UTF8.self)
      if Self.ofTypes.contains(previous) { types.insert(word) }
      if Self.ofMembers.contains(previous) { members.insert(word) }
      if isProgram { words.insert(word.lowercased()) }
      previous = word
    }
  }
}

// The project's pages as tests read them: README.md and what lies below docs/, taken apart into fenced blocks, code spans,
// links and headings. Only as much of Markdown is understood as the pages use.

import FileSystem

package struct Page: Sendable {
  package struct Block: Sendable {
    /// “sh”, “console”, “ini” …
    package var language: String
    package var lines: [String]
  }

  /// The top of the project, found from the place of this file.
  package static let root = BytePath(#filePath).parent?.parent?.parent?.parent ?? "."

  /// From the project's top: `docs/tutorial.md`.
  package let name: String
  package private(set) var blocks: [Block] = []
  /// Lines outside of fenced blocks.
  package private(set) var prose: [String] = []

  package init(name: String, text: String) {
    self.name = name
    var open: Block?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let content = String(line.drop { $0 == " " })
      if content.hasPrefix("```") {
        if let block = open { blocks.append(block) }
        open = open == nil ? Block(language: String(content.dropFirst(3)), lines: []) : nil
      } else if open != nil {
        open?.lines.append(line)
      } else {
        prose.append(line)
      }
    }
  }

  package static func read(_ name: String) throws -> Page {
    let bytes = try FileTree.readAll(root.appending(BytePath(name)))
    return Page(name: name, text: String(decoding: bytes, as: UTF8.self))
  }

  /// The pages for people who use or change the program.
  package static func all() throws -> [Page] {
    try (["README.md", "CONTRIBUTING.md", "SECURITY.md"] + names(below: "docs")).map { try read($0) }
  }

  private static func names(below directory: String) throws -> [String] {
    try FileTree.list(root.appending(BytePath(directory))).map { "\(directory)/\($0)" }.sorted()
      .flatMap { name -> [String] in
        if try FileTree.status(root.appending(BytePath(name)))?.kind == .directory {
          return try names(below: name)
        }
        return name.hasSuffix(".md") ? [name] : []
      }
  }

  package var directory: BytePath { Self.root.appending(BytePath(name)).parent ?? Self.root }

  /// The text between backquotes.
  package var spans: [String] {
    prose.flatMap { line in
      line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
  }

  /// The targets of links.
  package var links: [String] {
    prose.flatMap { line in
      let text = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .map { $0.offset % 2 == 1 ? "code" : String($0.element) }.joined()
      return text.split(separator: "](", omittingEmptySubsequences: false).dropFirst()
        .map { String($0.prefix { $0 != ")" }) }
    }
  }

  /// The anchors of headings, as GitHub makes them.
  package var anchors: Set<String> {
    Set(
      prose.filter { $0.hasPrefix("#") }.map { line in
        let text = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
        return String(
          text.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.map { $0 == " " ? "-" : $0 })
      })
  }

  /// Command lines in blocks: all of a shell's lines, and in a console what follows a prompt.
  package var commandLines: [String] {
    blocks.flatMap { block -> [String] in
      switch block.language {
      case "sh": ShellLine.joined(block.lines)
      case "console": block.lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
      default: []
      }
    }
  }
}

// The command that docs/contributing/add-a-command.md adds is SampleCommand.swift: it compiles, and works as the page says.

import FileSystem
import TestSupport
import Testing

@testable import CheckpointCLI

@Suite("The command on the page for contributors")
struct SampleCommandTests {
  /// Without imports, which differ inside and outside of the program.
  private static func code(_ lines: [String]) -> [String] {
    var lines = lines.filter { !$0.contains("import ") }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.filter { !$0.isEmpty }
  }

  @Test("the page shows the command that is compiled here")
  func same() throws {
    let page = try Page.read("docs/contributing/add-a-command.md")
    let block = try #require(page.blocks.first { $0.language == "swift" })
    // It is in a list.
    let shown = block.lines.map { String($0.dropFirst($0.hasPrefix("   ") ? 3 : 0)) }
    let file = BytePath(#filePath).parent?.appending("SampleCommand.swift") ?? ""
    let text = String(decoding: try FileTree.readAll(file), as: UTF8.self)
    let compiled = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(Self.code(shown) == Self.code(compiled))
  }

  @Test("it is found, and its examples are understood, once it is in the table")
  func inTable() throws {
    let parser = Parser(commands: CommandTable.named + [.age], fallback: .stage)
    for example in Command.age.examples {
      for arguments in ShellLine.calls(example) {
        guard case .run(let command, _, _, _) = try parser.parse(arguments) else {
          Issue.record("\(example)")
          continue
        }
        #expect(command.name == "age")
      }
    }
    #expect(Help.command(.age).hasPrefix("usage: checkpoint age [SELECTOR] [OPTION]…\n"))
  }
}

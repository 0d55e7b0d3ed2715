// The documents that are made from the command table: the reference in docs/ is the present one, and the manual page is what
// troff understands.

import FileSystem
import TestSupport
import Testing

@testable import CheckpointCLI

@Suite("Documents of all commands")
struct CommandReferenceTests {
  private let page = BytePath(#filePath).parent?.parent?.parent?.appending("docs/reference/commands.md")

  @Test("docs/reference/commands.md says what the command table says")
  func reference() throws {
    let page = try #require(page)
    let written = String(decoding: try FileTree.readAll(page), as: UTF8.self)
    #expect(
      written == CommandReference.markdown(CommandTable.sections),
      "the page is stale; renew it: .build/debug/checkpoint help --markdown >docs/reference/commands.md")
  }

  @Test("every link of the reference leads to a heading, and every command has one")
  func links() {
    let lines = CommandReference.markdown(CommandTable.sections).split(separator: "\n").map(String.init)
    let anchors = Set(
      lines.filter { $0.hasPrefix("#") }.map { line in
        line.drop { $0 == "#" || $0 == " " }.lowercased().filter {
          $0.isLetter || $0.isNumber || $0 == "-" || $0 == " "
        }.replacing(" ", with: "-")
      })
    let links = lines.flatMap { line in
      line.split(separator: "](#").dropFirst().map { String($0.prefix { $0 != ")" }) }
    }
    #expect(links.count == CommandTable.sections.flatMap(\.commands).count)
    for link in links { #expect(anchors.contains(link), "\(link)") }
    for command in CommandTable.sections.flatMap(\.commands).flatMap(\.family) {
      #expect(lines.contains(Help.usage(command)), "\(command.fullName)")
    }
  }

  @Test("a table's cells are not torn apart by what options are called")
  func cells() {
    for line in CommandReference.markdown(CommandTable.sections).split(separator: "\n")
    where line.hasPrefix("| `") {
      #expect(line.replacing("\\|", with: "").count { $0 == "|" } == 3, "\(line)")
    }
  }

  @Test("the manual page has every command and every option, and no line that troff would take for its own")
  func manual() throws {
    let lines = ManualPage.troff(CommandTable.sections).split(separator: "\n").map(String.init)
    let requests: Set<String> = ["TH", "SH", "SS", "PP", "TP", "B", "BR", "I", "RS", "RE", "nf", "fi"]
    for line in lines where line.hasPrefix(".") && !line.hasPrefix(".\\\"") {
      let request = line.dropFirst().prefix { $0 != " " }
      #expect(requests.contains(String(request)), "\(line)")
    }
    #expect(!lines.contains { $0.hasPrefix("'") })
    for command in CommandTable.sections.flatMap(\.commands).flatMap(\.family) {
      let name = command.fullName.replacing("-", with: "\\-")
      #expect(lines.contains(".SS \"checkpoint \(name)\""), "\(name)")
      for option in command.options {
        let shown = option.key.replacing("-", with: "\\-")
        #expect(lines.contains { $0.contains("\\fB\(shown)\\fR") }, "\(command.fullName) \(option.key)")
      }
    }
  }

  @Test("troff formats the manual page without a warning", .enabled(if: Self.hasTroff))
  func formatted() throws {
    let page = ManualPage.troff(CommandTable.sections)
    // Without bold letters and lines below words, which would be among the text.
    let result = try Program.run(
      ["groff", "-K", "utf8", "-T", "utf8", "-P-cbou", "-ww", "-man"], input: Array(page.utf8)
    ).succeeded()
    // Some systems lack the file of their own that groff reads as well.
    #expect(!result.errorText.split(separator: "\n").contains { !$0.contains("man.local") }, "\(result)")
    let text = result.text
    #expect(text.contains("checkpoint - record a project"))
    #expect(text.contains("EXIT STATUS"))
  }

  private static let hasTroff = ["/usr/bin/groff", "/bin/groff"].contains { FileTree.exists(BytePath($0)) }
}

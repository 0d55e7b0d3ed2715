// README.md and docs/ stay true: command lines are understood by the parser of the program itself, links lead somewhere, and
// settings and types that pages name exist.

import FileSystem
import TestSupport
import Testing

@testable import CheckpointCLI

@Suite("Documentation")
struct DocumentedCommandsTests {
  private let parser = CommandTable.parser

  /// Requires that a list of unwanted things is empty, and shows it otherwise.
  private func expectNone(_ found: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }

  @Test("every command line in the pages' blocks can be parsed")
  func commandLines() throws {
    let calls = try Page.all().flatMap { page in
      page.commandLines.flatMap { line in ShellLine.calls(line).map { (page.name, line, $0) } }
    }
    #expect(calls.count > 100, "only \(calls.count) were found")
    expectNone(
      calls.compactMap { page, line, arguments in
        do {
          _ = try parser.parse(arguments)
          return nil
        } catch { return "\(page): \(line): \(error)" }
      })
  }

  @Test("every command and option that a sentence names exists")
  func commandsInSentences() throws {
    let spans = try Page.all().flatMap { page in page.spans.map { (page.name, $0) } }
    expectNone(
      spans.filter { $0.1.hasPrefix("checkpoint ") || $0.1.hasPrefix("git checkpoint ") }
        .flatMap { page, span in
          ShellLine.calls(span).compactMap { problem(of: $0).map { "\(page): `\(span)`: \($0)" } }
        })
  }

  /// What is unknown in words that may hold placeholders.
  private func problem(of arguments: [String]) -> String? {
    guard let name = arguments.first(where: { !$0.hasPrefix("-") }), name.allSatisfy(\.isASCII),
      name == name.lowercased(), !name.hasPrefix("<")
    else { return nil }
    let ownEnd = arguments.firstIndex(of: "--") ?? arguments.endIndex
    let options = arguments[..<ownEnd].filter { $0.hasPrefix("--") && $0.count > 2 }
    // With --help the number of arguments does not matter.
    for words in [[name, "--help"]] + options.map({ [name, $0, "value", "--help"] }) {
      do { _ = try parser.parse(words) } catch {
        let isKnownSwitch = (try? parser.parse([name] + words[1...].filter { $0 != "value" })) != nil
        if !isKnownSwitch { return "\(error)" }
      }
    }
    return nil
  }

  @Test("every link between the pages leads to a file, and to a heading in it")
  func links() throws {
    let pages = try Page.all()
    expectNone(
      try pages.flatMap { page in
        try page.links.filter { !$0.contains("://") }.compactMap { link in
          let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
          let place = parts[0].isEmpty ? Page.root.appending(BytePath(page.name)) : path(parts[0], from: page)
          let name = String(place.description.dropFirst(Page.root.description.count + 1))
          guard FileTree.exists(place) else { return "\(page.name): \(link) leads nowhere" }
          guard parts.count > 1 else { return nil }
          return try Page.read(name).anchors.contains(String(parts[1]))
            ? nil : "\(page.name): \(link): there is no such heading"
        }
      })
  }

  private func path(_ link: Substring, from page: Page) -> BytePath {
    link.split(separator: "/").reduce(page.directory) { directory, part in
      switch part {
      case ".": directory
      case "..": directory.parent ?? directory
      default: directory.appending(BytePath(String(part)))
      }
    }
  }

  @Test("every page is in the index")
  func index() throws {
    let linked = Set(try Page.read("docs/README.md").links.map { "docs/\($0)" })
    expectNone(
      try Page.all().map(\.name).filter {
        $0.hasPrefix("docs/") && $0 != "docs/README.md" && !linked.contains($0)
      })
  }

  @Test("README.md fits into 130 lines")
  func length() throws {
    let page = try Page.read("README.md")
    #expect(page.prose.count + page.blocks.reduce(0) { $0 + $1.lines.count + 2 } <= 131)
  }

  @Test("every setting that the pages name exists")
  func settings() throws {
    let words = try DeclaredNames.inProject.get().words
    let named = try Page.all().flatMap { page in DocumentedSetting.all(in: page).map { (page.name, $0) } }
    #expect(named.count > 50, "only \(named.count) were found")
    expectNone(
      named.filter { page, setting in !setting.names.allSatisfy { words.contains($0) } }
        .map { page, setting in "\(page): \(setting.text)" })
  }

  @Test("every type and member that the contributing pages name exists")
  func types() throws {
    let declared = try DeclaredNames.inProject.get()
    let pages = try Page.all().filter { $0.name.hasPrefix("docs/contributing/") }
    let named = pages.flatMap { page in page.spans.map { (page.name, $0) } }.filter { Self.isType($0.1) }
    #expect(named.count > 60, "only \(named.count) were found")
    expectNone(
      named.filter { page, span in
        let parts = span.split(separator: ".").map(String.init)
        return !declared.types.contains(parts[0])
          || parts.dropFirst().contains { !declared.members.contains($0) }
      }.map { page, span in "\(page): `\(span)`" })
  }

  @Test("the exit codes on their page mean what the program says of them")
  func exitCodes() throws {
    let rows = try Page.read("docs/reference/exit-codes.md").prose.compactMap { line -> (Int32, String)? in
      let cells = line.split(separator: "|").map { $0.drop { $0 == " " } }
      guard cells.count > 1, let code = Int32(cells[0].prefix { $0.isNumber }) else { return nil }
      return (code, String(cells[1]))
    }
    let all: [ExitCode] = [
      .done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed, .notFound, .interrupted,
      .bug,
    ]
    #expect(rows.map(\.0) == all.map(\.rawValue))
    expectNone(
      zip(rows, all).filter { row, code in !row.1.hasPrefix(code.meaning) }
        .map { row, code in "\(row.0): \(row.1), not “\(code.meaning)”" })
  }

  @Test("every field that the page about JSON names is in the sources")
  func fields() throws {
    let words = try DeclaredNames.inProject.get().words
    let spans = try Page.read("docs/reference/json.md").spans
    let names = spans.map { $0.hasSuffix("[]") ? String($0.dropLast(2)) : $0 }
      .filter { $0.allSatisfy { $0.isASCII && $0.isLetter } && !$0.isEmpty }
    #expect(names.count > 100, "only \(names.count) were found")
    expectNone(names.filter { !words.contains($0.lowercased()) })
  }

  /// `Catalog`, `Catalog.select`; not `SIGKILL`, not `Package.swift`.
  private static func isType(_ span: String) -> Bool {
    let parts = span.split(separator: ".", omittingEmptySubsequences: false)
    guard let type = parts.first, type.first?.isUppercase == true, type.contains(where: \.isLowercase),
      span.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") })
    else { return false }
    return parts.count == 1 || !["swift", "md"].contains(String(parts[1]))
  }
}

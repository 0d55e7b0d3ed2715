// Package.swift against the table of imports and against the files: a target declares what its files import, no more and
// no less.

import FileSystem
import Testing

/// What Package.swift says, read from its text: every call that makes a target.
private struct PackageDescription {
  /// The names that a target depends on, by its name.
  private(set) var dependencies: [String: Set<String>] = [:]

  /// - Parameter calls: how those begin that make the targets which are looked for.
  init(_ text: String, calls: [String]) {
    for call in calls {
      for range in text.ranges(of: call) {
        let words = Self.quoted(in: Self.arguments(of: text[range.upperBound...]))
        guard let name = words.first else { continue }
        dependencies[name] = Set(words.dropFirst())
      }
    }
  }

  /// To the parenthesis that closes a call.
  private static func arguments(of text: Substring) -> Substring {
    var depth = 1
    return text.prefix { character in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return depth > 0
    }
  }

  private static func quoted(in text: Substring) -> [String] {
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
  }
}

@Suite("Package.swift")
struct PackageTests {
  private static let tests = SourceFile.root.appending("../Tests")

  private func package(_ calls: String...) throws -> PackageDescription {
    let path = SourceFile.root.appending("../Package.swift")
    return PackageDescription(String(decoding: try FileTree.readAll(path), as: UTF8.self), calls: calls)
  }

  @Test("a target declares what the table allows, and its files import all of it")
  func declaresWhatIsImported() throws {
    let declared = try package("    room(", ".executableTarget(\n      name:").dependencies
    for (target, dependencies) in declared where allowedImports.keys.contains(target) {
      let imported = try SourceFile.all(in: target).reduce(into: Set<String>()) { $0.formUnion($1.imports) }
      #expect(
        dependencies == allowedImports[target], "\(target) in Package.swift and in the table of imports")
      #expect(
        dependencies == imported.subtracting(modulesOfSwift), "\(target) in Package.swift and in its files")
    }
    let withoutDependencies = allowedImports.filter(\.value.isEmpty).keys
    #expect(Set(declared.keys).union(withoutDependencies).isSuperset(of: allowedImports.keys))
  }

  @Test("a test target declares what its files import")
  func declaresWhatTestsImport() throws {
    let declared = try package("    tests(").dependencies
    #expect(declared.count > 4)
    for (target, dependencies) in declared {
      let files = try SourceFile.all(below: Self.tests.appending(BytePath(target)))
      let imported = files.reduce(into: Set<String>()) { $0.formUnion($1.imports) }
      let missing = imported.subtracting(modulesOfSwift).subtracting(dependencies)
      #expect(missing.subtracting(["Testing", "TestSupport"]).isEmpty, "\(target)")
    }
  }
}

// Scripts that expand to more than any dump has: each is refused before it is held, and whatever separates statements costs
// only time in proportion to its length.

import TestSupport
import Testing

@testable import DataSources

@Suite("Scripts that are too long")
struct LongScriptTests {
  private static let megabyte = 1 << 20

  /// - Parameters:
  ///   - count: how many megabytes follow the beginning.
  ///   - limit: the longest statement, in megabytes.
  private func read(
    _ beginning: String, then part: String, count: Int, ending: String = "", limit: Int = 4
  ) throws -> (statements: Int, pulled: Int) {
    var pulled = 0
    let piece = Array(String(repeating: part, count: Self.megabyte / part.utf8.count).utf8)
    let script = ScriptReader(statementLimit: limit * Self.megabyte) {
      defer { pulled += 1 }
      if pulled == 0 { return Array(beginning.utf8) }
      if pulled <= count { return piece }
      return pulled == count + 1 ? Array(ending.utf8) : []
    }
    var statements = 0
    do { while try script.next() != nil { statements += 1 } } catch ImportProblem.tooLong {
      return (-1, pulled)
    }
    return (statements, pulled)
  }

  @Test(
    "a statement that is too long is refused before it is held, whatever it is made of",
    arguments: [
      ("SELECT '", "x"), ("SELECT E'", "x"), ("SELECT \"", "x"), ("SELECT $a$", "x"), ("SELECT ", "x"),
      ("SELECT ", " "),
    ])
  func tooLong(beginning: String, part: String) throws {
    let (statements, pulled) = try read(beginning, then: part, count: 20)
    #expect(statements == -1 && pulled <= 6, "\(statements), \(pulled)")
    #expect(ScriptReader.usualStatementLimit == 256 * Self.megabyte)
  }

  @Test("nor is the mark of a body longer than 16 kB")
  func mark() throws {
    let (statements, pulled) = try read("SELECT $", then: "x", count: 300)
    #expect(statements == -1 && pulled <= 2, "\(statements), \(pulled)")
  }

  @Test(
    "text between statements can be of any length, and is read quickly",
    arguments: [("\n", ";"), ("\n", "\n"), ("-- ", "x"), ("/* ", "x"), ("\n", " ; ;\n")])
  func between(beginning: String, part: String) throws {
    let ending = beginning.hasPrefix("/*") ? "*/ SELECT 1" : "\nSELECT 1"
    func seconds(_ count: Int) throws -> Double {
      var statements = 0
      let seconds = try ThreadTime.seconds {
        statements = try read(beginning, then: part, count: count, ending: ending).statements
      }
      #expect(statements == 1)
      return seconds
    }
    // Twice the limit of a statement: nothing of it is kept. Eight times as long may take about eight times as long.
    let (one, eight) = (try seconds(1), try seconds(8))
    #expect(eight < max(one * 30, 0.05), "\(one) and \(eight)")
  }

  @Test("the lines of what follows are counted all the same")
  func lines() throws {
    var isGiven = false
    let script = ScriptReader {
      defer { isGiven = true }
      return isGiven ? [] : Array("\n;;\n ;\n\nSELECT\n'a\nb';\n;\nSELECT 2".utf8)
    }
    var lines: [Int] = []
    while case .statement(let statement)? = try script.next() { lines.append(statement.line) }
    #expect(lines == [5, 9])
  }
}

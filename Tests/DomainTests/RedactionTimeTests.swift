// Text of others is read in time linear in its length, whatever it is made of.

import TestSupport
import Testing

@testable import Checkpoints

@Suite("The time redaction takes")
struct RedactionTimeTests {
  /// Pieces that make a reader look far ahead or back, again and again.
  static let pieces = [
    "password ", "a://b:", "PASSWORD='a ", "PASSWORD='a\n", "password:\n", "PASSWORD=\"a\nb=1\n",
    "-----BEGIN PRIVATE", "-p ",
    "-u a:", "name: password ", "https://x/hooks/", "password=\\\"", "a:b@c:", "<password>",
    "a=1;password=x;", "12345678:",
    "bearer ", "[", "{\n", "{\"a\":", "secrets:\n", "%3A%2F%2F%3A", "IDENTIFIED BY '",
  ]

  /// The better of two times.
  private static func seconds(_ text: String) -> Double {
    (0..<2).map { _ in ThreadTime.seconds { _ = Redaction.redacted(text) } }.min() ?? 0
  }

  @Test("eight times the text takes about eight times as long, not sixty-four", arguments: pieces)
  func linear(piece: String) {
    let one = Self.seconds(String(repeating: piece, count: 300))
    let eight = Self.seconds(String(repeating: piece, count: 2400))
    #expect(eight < max(one * 30, 0.05), "\(one) and \(eight)")
  }

  @Test("JSON within JSON is walked as quickly as JSON after JSON")
  func depth() {
    let deep = String(repeating: "{\"a\":", count: 90) + "\"x\"" + String(repeating: "}", count: 90)
    let flat = String(repeating: "{\"a\":\"x\"},", count: 90).dropLast()
    let (one, other) = (Self.seconds("[" + deep + "]"), Self.seconds("[" + flat + "]"))
    #expect(one < max(other * 10, 0.05), "\(one) and \(other)")
  }

  @Test("what is too deep for JSON is read as text")
  func tooDeep() {
    let text =
      String(repeating: "[", count: 200) + "{\"password\":\"hunter2\"}" + String(repeating: "]", count: 200)
    #expect(!Redaction.redacted(text).contains("hunter2"))
  }

  @Test("JSON keeps its numbers' writing and its texts")
  func json() {
    #expect(
      Redaction.redacted(
        "{\"b\":1.50e3,\"a\":\"\\u00e9\\ud83d\\ude00\\n\\u0007/\",\"c\":12345678901234567890}")
        == "{\"a\":\"é😀\\n\\u0007/\",\"b\":1.50e3,\"c\":12345678901234567890}")
  }
}

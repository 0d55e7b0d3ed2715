// A mark that combines with the letter before it makes another character of it, and hides no byte from us.

import FileSystem
import Testing

@Suite("Text, byte by byte")
struct ExactTextTests {
  @Test(
    "what is replaced, whatever follows it",
    arguments: [
      ("a'b", "'", "''", "a''b"), ("a'\u{301}b", "'", "''", "a''\u{301}b"), ("a\r\nb", "\n", " ", "a\r b"),
      ("pin hunter2\u{308}.", "hunter2", "*", "pin *\u{308}."), ("aaa", "aa", "b", "ba"), ("", "a", "b", ""),
      ("abab", "ab", "", ""), ("ab", "", "x", "ab"), ("é", "e\u{301}", "x", "é"), ("ab", "abc", "x", "ab"),
      ("aab", "ab", "x", "ax"), ("end'", "'", "\"", "end\""),
    ])
  func substituting(text: String, old: String, new: String, result: String) {
    #expect(Array(text.substituting(old, with: new).utf8) == Array(result.utf8))
  }

  @Test(
    "the first separator divides, also before a mark",
    arguments: [
      ("a=b=c", "a", "b=c"), ("a=\u{301}b", "a", "\u{301}b"), ("\u{301}=", "\u{301}", ""), ("=x", "", "x"),
      ("a=\u{301}=\u{301}", "a", "\u{301}=\u{301}"),
    ])
  func cut(text: String, before: String, after: String) throws {
    let pieces = try #require(text.cut(at: "="))
    #expect(pieces.before.hasSameBytes(as: before) && pieces.after.hasSameBytes(as: after))
    #expect("\(before)\(after)".substituting("=", with: "").cut(at: "=") == nil)
  }

  @Test("what follows a beginning, also if it is a mark")
  func rest() {
    #expect("table \u{301}x".rest(after: "table ").map { Array($0.utf8) } == Array("\u{301}x".utf8))
    #expect("table".rest(after: "table") == "" && "tabl".rest(after: "table") == nil)
    #expect("e\u{301}x".rest(after: "é") == nil)
  }
}

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
}

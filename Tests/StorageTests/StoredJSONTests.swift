// What a document may contain, whatever program wrote it.

import FileSystem
import Testing

@Suite("Documents that others may have written")
struct StoredJSONTests {
  private func decodes(_ text: String) -> Bool {
    (try? StoredJSON.decode([String: Double].self, from: Array(text.utf8))) != nil
  }

  @Test(
    "numbers that can be added up are read",
    arguments: [
      "{}", "{\"a\":0}", "{\"a\":-1}", "{\"a\":-0.25,\"b\":1e-9}", "{\"a\":281474976710656}", "{\"9e99\":1}",
    ])
  func plausible(text: String) { #expect(decodes(text)) }

  @Test(
    "others are refused",
    arguments: [
      "{\"a\":-2}", "{\"a\":281474976710657}", "{\"a\":1e308}", "{\"a\":-1e308}",
      "{\"a\":9223372036854775807}",
      "{\"a\":281474976710656,\"b\":5000000000}", "{\"a\\\"\":1e99}",
    ])
  func implausible(text: String) { #expect(!decodes(text)) }

  @Test(
    "a text is no number, whatever it ends with",
    arguments: ["{\"\\\\\":1}", "{\"-99999999999999999999\":1}"])
  func texts(text: String) { #expect(decodes(text)) }

  @Test(
    "a path stays inside, or does not",
    arguments: [
      ("a", true), ("a/b", true), ("a/b/", true), ("..a/.b", true), ("", false), ("/", false), ("/a", false),
      ("a//b", false), ("./a", false), ("a/..", false), ("../a", false), ("a/./b", false), ("a\0b", false),
    ])
  func paths(path: String, isInner: Bool) { #expect(BytePath(path).isInner == isInner) }

  @Test("git's directory is found at any depth, by its whole name")
  func gitDirectories() {
    for path: BytePath in [".git", ".git/x", "a/.git/x", "a/.git"] { #expect(path.hasGitDirectory) }
    for path: BytePath in [".gitignore", "a.git/x", ".github/x"] { #expect(!path.hasGitDirectory) }
  }
}

// The keys of configuration files with their lines, compared with what git reads of the same files.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Lines of configuration files")
struct ConfigLinesTests {
  private static let files = [
    "[a]\n\tb = c\n",
    "# comment\n; another\n\n[A]\nB=c ; rest\n  d\n",
    "[a \"Sub.Section\"] key = 1\n[a.Dotted] other = 2\n",
    "[a]\n\tlong = one \\\n  two \\\n  three\n\tnext = \"x # y ; z\" # comment with \" quote\n\tlast = 1\n",
    "[a]\r\n\tb = c\r\n\td = e\\\r\n f\r\n[g]\r\nh\r\n",
    "\u{FEFF}[a]\nb = c\n",
    "[a \"q\\\"uote \\\\ ]\"]\n\tk = \"a\\nb\\\"\"\n\n\n\tm=\n",
    "[a]\n\tb = \"over \\\ntwo lines\"\n\tc = d",
    "[a]b = 1\n[ab-c]\nd-e9 = x\n[checkpoint \"hooks.pre-push\"]\n\twait\n",
    "",
    "[empty]\n",
  ]

  @Test("they are the keys that git lists, in its order", arguments: files)
  func sameAsGit(text: String) throws {
    let repository = try Repository()
    let listed = try repository.bytes(
      ["config", "--file", "-", "--no-includes", "--null", "--list"], input: Array(text.utf8))
    let keys = listed.split(separator: 0).map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) }
    #expect(ConfigLines(Array(text.utf8)).keys.map(\.name) == keys)
  }

  @Test("a key has the line that it is on, whatever comes before it")
  func lines() {
    let text = "\n[a]\n\tb = x \\\n y\n\tc = \"p\" ; \\\n[d \"e\"] f = 1\n# g = 2\n\th\n"
    let keys = ConfigLines(Array(text.utf8)).keys
    #expect(keys.map(\.name) == ["a.b", "a.c", "d.e.f", "d.e.h"])
    #expect(keys.map(\.line) == [3, 5, 6, 8])
  }

  @Test(
    "reading ends at what git refuses",
    arguments: ["[a\nb = c\n", "[a \"b]\n", "[a]\n=c\n", "[a]\n\tb = \"c\n"])
  func refused(text: String) {
    #expect(ConfigLines(Array(text.utf8)).keys.isEmpty)
  }
}

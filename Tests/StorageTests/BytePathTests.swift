// Paths as bytes: nothing is lost on the way through JSON, joining and splitting, whatever the encoding.

import FileSystem
import FoundationEssentials
import Testing

@Suite("Byte paths")
struct BytePathTests {
  private static let latin1 = BytePath([UInt8(ascii: "c"), UInt8(ascii: "a"), 0xE9, UInt8(ascii: "/"), 0xFF])

  @Test(
    "any bytes survive a round trip through JSON",
    arguments: [
      "plain", "with space", "snow ☃", "quote\" and \\", "new\nline", "", "a/b/c", latin1,
      BytePath((1...255).map { UInt8($0) }),
    ])
  func codable(path: BytePath) throws {
    let data = try JSONEncoder().encode([path])
    #expect(try JSONDecoder().decode([BytePath].self, from: data) == [path])
  }

  @Test("a path that is UTF-8 is a plain JSON string")
  func plainJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    #expect(String(decoding: try encoder.encode([BytePath("a/ü")]), as: UTF8.self) == "[\"a/ü\"]")
  }

  @Test("a path that is not UTF-8 is written in hexadecimal")
  func hexadecimalJSON() throws {
    #expect(
      String(decoding: try JSONEncoder().encode(Self.latin1), as: UTF8.self) == "{\"hex\":\"6361e92fff\"}")
  }

  @Test(
    "hexadecimal that is none is refused", arguments: ["{\"hex\":\"abc\"}", "{\"hex\":\"zz\"}", "{}", "7"])
  func badJSON(text: String) {
    #expect(throws: (any Error).self) { try JSONDecoder().decode(BytePath.self, from: Data(text.utf8)) }
  }

  @Test("file names of any bytes come back from a directory as they were")
  func kernelRoundTrip() throws {
    let names: [BytePath] = [BytePath([0xE9]), BytePath([0xC3, 0x28]), "a\nb", "\\x41", " ", "-n"]
    let directory = TemporaryNames()
    #expect(try directory.create(names) == names.sorted())
  }

  @Test("the description shows control characters and foreign bytes as escapes")
  func description() {
    #expect(Self.latin1.description == "ca\\xE9/\\xFF")
    #expect(BytePath("a\u{1B}[31m").description == "a\\x1B[31m")
    #expect(BytePath("übung").description == "übung")
    #expect(Self.latin1.exactText == nil)
  }

  @Test(
    "the parent and the last component",
    arguments: [
      ("a/b/c", "a/b", "c"), ("/a", "/", "a"), ("a", nil, "a"), ("/", nil, ""), ("a/b", "a", "b"),
    ] as [(BytePath, BytePath?, BytePath)])
  func parts(path: BytePath, parent: BytePath?, last: BytePath) {
    #expect(path.parent == parent)
    #expect(path.lastComponent == last)
  }

  @Test("joining puts exactly one slash between")
  func joining() {
    #expect(BytePath("a").appending("b") == "a/b")
    #expect(BytePath("a/").appending("b") == "a/b")
    #expect(BytePath("").appending("b") == "b")
    #expect(BytePath("/").appending("b") == "/b")
  }

  @Test(
    "normalizing removes what changes nothing",
    arguments: [
      ("a/./b", "a/b"), ("a//b/", "a/b"), ("./a", "a"), ("a/../b", "b"), (".", ""), ("a/b/../..", ""),
      ("..a/b", "..a/b"),
    ] as [(BytePath, BytePath)])
  func normalized(path: BytePath, expected: BytePath) {
    #expect(BytePath.normalized(path) == expected)
  }

  @Test(
    "normalizing never turns a path outside into one inside",
    arguments: ["..", "../..", "../../a", "a/../../b", "a/../../../b/c"] as [BytePath])
  func outsideStaysOutside(path: BytePath) {
    #expect(BytePath.normalized(path).components.first == "..")
    let ups = path.components.count { $0 == ".." } - path.components.prefix { $0 != ".." }.count
    #expect(BytePath.normalized(path).components.count { $0 == ".." } == ups)
  }

  @Test(
    "a directory holds itself and what is below, and not its namesakes",
    arguments: [
      ("a/b", "a", true), ("a", "a", true), ("ab", "a", false), ("a/b", "a/", true), ("a", "", true),
      ("a", "a/b", false), ("/x/y", "/", true),
    ] as [(BytePath, BytePath, Bool)])
  func isInside(path: BytePath, directory: BytePath, expected: Bool) {
    #expect(path.isInside(directory) == expected)
  }

  @Test("paths are ordered by their bytes")
  func order() {
    #expect(["b", Self.latin1, "a", "B"].sorted() == ["B", "a", "b", Self.latin1])
  }
}

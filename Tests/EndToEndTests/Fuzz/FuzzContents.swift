// Random names, bytes and modes of files.

import FileSystem
import TestSupport

extension SeededGenerator {
  private static let words = [
    "order", "item", "price", "user", "basket", "return", "count", "total", "if", "else", "// note", "end",
  ]

  private static let plainNames: [BytePath] = [
    "a", "b.txt", "main.c", "README", "Makefile", "index.html", "data.json", "run.sh", "app.js", "style.css",
    "notes.md", "x", "test.py", "long name with words.txt",
  ]

  /// Names that are easily broken.
  private static let oddNames: [BytePath] =
    SampleRepository.oddNames + [
      " leading", BytePath([0xFF, 0xFE]), ":!not", "trailing ", " ", "tab\there", "-", "--", "*", "?", "[a]",
      "a:b", "~", "$HOME", "`x`", "%s",
      "a\"b", "\\", "\\n", "new\n", "\n", "\r", "\u{1B}[31m", "CON", "a.", "...", "..a", ".gitx", "é",
      "e\u{301}",
      "日本", "😀", "!x", "#x", "a;b", "a&b", "{a,b}", "HEAD", "refs", "@", "@{u}", ".gitattributes.bak",
    ]

  mutating func text(lines: ClosedRange<Int> = 0...30) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<number(lines) {
      bytes += Array(((element(of: Self.words) ?? "") + " \(number(0...999))\n").utf8)
    }
    return bytes
  }

  /// Text, mostly; sometimes nothing, binary bytes, other line ends, or no newline at the end.
  mutating func fileBytes() -> [UInt8] {
    switch number(0...11) {
    case 0: []
    case 1: (0..<number(1...2000)).map { _ in UInt8(truncatingIfNeeded: next()) }
    case 2: Array(text().dropLast())
    case 3: text().flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    case 4: text() + [0x0D, 0x0A] + text()
    default: text(lines: 1...30)
    }
  }

  /// More than a megabyte, which is never held in memory whole.
  mutating func manyBytes() -> [UInt8] {
    var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: next()), count: number(1_000_000...3_000_000))
    for _ in 0..<200 { bytes[number(0...(bytes.count - 1))] = UInt8(truncatingIfNeeded: next()) }
    return bytes
  }

  /// Other bytes, near the old ones; sometimes of the same size.
  mutating func edited(_ old: [UInt8]) -> [UInt8] {
    if old.isEmpty { return text(lines: 1...3) }
    var bytes = old
    switch number(0...4) {
    case 0: bytes += text(lines: 1...3)
    case 1: bytes.removeLast(number(1...bytes.count))
    case 2: return fileBytes()
    default:
      let place = number(0...(bytes.count - 1))
      bytes[place] = bytes[place] == UInt8(ascii: "q") ? UInt8(ascii: "r") : UInt8(ascii: "q")
    }
    return bytes
  }

  mutating func name(isOdd: Bool) -> BytePath {
    let plain = element(of: Self.plainNames) ?? "a"
    guard isOdd, chance(0.5) else {
      return chance(0.5) ? plain : BytePath("\(number(0...99))".utf8 + plain.bytes)
    }
    return element(of: Self.oddNames) ?? plain
  }

  /// Up to `limit` bytes, in components that are as long as file systems take.
  mutating func longPath(limit: Int) -> BytePath {
    let total = number((limit * 2 / 3)...limit)
    var bytes: [UInt8] = []
    while bytes.count < total {
      let length = min(total - bytes.count, number(200...255))
      bytes += [UInt8](repeating: UInt8(ascii: "a") + UInt8(number(0...3)), count: length)
      if total - bytes.count > 1 { bytes.append(UInt8(ascii: "/")) } else { break }
    }
    return BytePath(bytes)
  }

  mutating func oddFileMode() -> UInt32 {
    element(of: [0o600, 0o640, 0o444, 0o755, 0o777, 0o664, 0o700, 0o400, 0o4755, 0o2755]) ?? 0o600
  }

  /// What is made in a directory with 0o2000 gets that, too.
  mutating func oddDirectoryMode() -> UInt32 {
    element(of: [0o700, 0o750, 0o777, 0o775, 0o711, 0o555, 0o2775, 0o1777]) ?? 0o700
  }

  /// Where a link may lead: to a file, a directory, out of the tree, nowhere.
  mutating func linkTarget() -> BytePath {
    element(of: [
      "hot.txt", "src", ".", "..", "../outside", "../outside/deep", "no/such\nplace", "/proc/version",
      "/nowhere",
      "link", "\u{E9}",
    ])
      ?? "."
  }
}

// What a test command prints, read for counts while it comes: by every runner's own habits, whoever ran. Several runners in
// one run are added up. What is printed as JUnit XML counts for more than what is said about it in words.

import FileSystem

/// Reads one runner's output, line by line.
protocol RunnerReader {
  /// As it stands in a checkpoint.
  var name: String { get }
  /// The name by which it can be chosen.
  var choice: String { get }
  /// nil as long as nothing of this runner was seen.
  var counts: TestRun.Counts? { get }
  /// - Parameter line: without colors, and without its end.
  mutating func take(_ line: String)
}

extension RunnerReader {
  var choice: String { name }
}

struct TestOutputReader {
  /// The rest of a longer line is of no interest.
  private static let lineLimit = 1 << 16

  private static var all: [any RunnerReader] {
    [
      SwiftTestReader(), JestReader(), VitestReader(), PytestReader(), GoTestReader(), TAPReader(),
    ]
  }

  /// The names by which runners can be chosen.
  static var runners: [String] { all.map(\.choice) + [JUnitScanner.name] }

  private var readers: [any RunnerReader]
  private let readsDocument: Bool
  private var document = JUnitScanner()
  private var line: [UInt8] = []

  /// - Parameter chosen: the runners whose words count, for output that quotes those of others; none for all.
  init(_ chosen: Set<String> = []) {
    readers = Self.all.filter { chosen.isEmpty || chosen.contains($0.choice) }
    readsDocument = chosen.isEmpty || chosen.contains(JUnitScanner.name)
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    document.take(bytes)
    var rest = bytes[...]
    while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
      append(rest[..<end])
      finishLine()
      rest = rest[(end + 1)...]
    }
    append(rest)
  }

  private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
    line.append(contentsOf: bytes.prefix(Self.lineLimit - line.count))
  }

  private mutating func finishLine() {
    if line.isEmpty { return }
    let text = String(decoding: TerminalText.plain(line), as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    for index in readers.indices { readers[index].take(text) }
  }

  /// - Returns: nil where no runner was recognized.
  mutating func finish() -> (runner: String, counts: TestRun.Counts)? {
    finishLine()
    if readsDocument, let counts = document.counts { return (JUnitScanner.name, counts) }
    let found = readers.compactMap { reader in reader.counts.map { (reader.name, $0) } }
    if found.isEmpty { return nil }
    return (
      found.map(\.0).joined(separator: ", "),
      found.reduce(.init(passed: 0, failed: 0, skipped: 0)) { $0 + $1.1 }
    )
  }
}

extension TestRun.Counts {
  static func + (left: Self, right: Self) -> Self {
    .init(
      passed: left.passed + right.passed, failed: left.failed + right.failed,
      skipped: left.skipped + right.skipped)
  }

  static func += (left: inout Self, right: Self) { left = left + right }
}

/// A text without what moves a terminal's cursor or changes its colors.
enum TerminalText {
  static func plain(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x1B) else { return bytes }
    var plain: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] != 0x1B {
        plain.append(bytes[index])
        index += 1
      } else {
        index = end(ofSequenceAt: index, bytes)
      }
    }
    return plain
  }

  private static func end(ofSequenceAt start: Int, _ bytes: [UInt8]) -> Int {
    var index = start + 1
    guard index < bytes.count else { return index }
    switch bytes[index] {
    case UInt8(ascii: "["):
      index += 1
      while index < bytes.count, (0x20...0x3F).contains(bytes[index]) { index += 1 }
      return min(index + 1, bytes.count)
    case UInt8(ascii: "]"):
      // A title or a link: to its end mark, but never beyond its line.
      while index < bytes.count, bytes[index] != 0x07, bytes[index] != 0x0A {
        if bytes[index] == 0x1B, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\\") {
          return index + 2
        }
        index += 1
      }
      return index < bytes.count && bytes[index] == 0x07 ? index + 1 : index
    default: return index + 1
    }
  }
}

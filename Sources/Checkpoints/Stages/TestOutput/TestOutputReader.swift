// Reads the counts of tests from the output of a test command while it runs. Every reader looks for its own runner's lines;
// if several runners ran, their counts are added up. JUnit XML in the output counts for more than all other lines.

struct TestOutputReader {
  /// The rest of a longer line is ignored.
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

  /// - Parameter chosen: the runners whose output counts, for tests that print the output of others; empty for all.
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

  /// - Returns: nil if no runner was recognized.
  mutating func finish() -> (runner: String, counts: TestRun.Counts)? {
    finishLine()
    if readsDocument, let counts = document.counts { return (JUnitScanner.name, counts) }
    let found = readers.compactMap { reader in reader.counts.map { (reader.name, $0) } }
    if found.isEmpty { return nil }
    return (
      found.map(\.0).joined(separator: ", "),
      found.reduce(.zero) { $0 + $1.1 }
    )
  }
}

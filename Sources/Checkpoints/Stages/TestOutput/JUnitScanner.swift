// Reads JUnit XML piece by piece, and only for its counts: the test cases, and which of them failed or were skipped. It may
// be a file or in the midst of other output, may be cut short, and is written by many programs; so nothing is an error here.

struct JUnitScanner {
  static let name = "JUnit XML"

  private enum State {
    case text
    /// After `<`.
    case tag
    /// Inside a value in a tag, which ends with this.
    case value(UInt8)
    /// Inside a comment or literal text, up to this end mark.
    case until([UInt8])
  }

  private enum Case { case passed, failed, skipped }

  /// The bytes of a tag that are kept. Attributes that matter come before that.
  private static let tagLimit = 4096

  private var state = State.text
  private var tag: [UInt8] = []
  /// The number of open suites.
  private var depth = 0
  private var isSeen = false
  private var current: Case?
  private var cases = TestRun.Counts(passed: 0, failed: 0, skipped: 0)
  /// Counts from the attributes of the outermost suites, for programs that write no cases.
  private var suites = TestRun.Counts(passed: 0, failed: 0, skipped: 0)
  /// The depth of the suite whose attributes have been counted.
  private var countedDepth: Int?

  /// nil until a suite is seen.
  var counts: TestRun.Counts? {
    guard isSeen else { return nil }
    var all = cases
    // The file may end inside a case.
    if let current { Self.count(current, &all) }
    return all.total == 0 ? suites : all
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if case .text = state {
        guard let next = bytes[index...].firstIndex(of: UInt8(ascii: "<")) else { return }
        index = next
      }
      // In UTF-16 every second byte of the markup is zero.
      if bytes[index] != 0 { take(bytes[index]) }
      index += 1
    }
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .text: if byte == UInt8(ascii: "<") { beginTag() }
    case .tag: takeTag(byte)
    case .value(let quote):
      keep(byte)
      if byte == quote { state = .tag }
    case .until(let mark):
      keep(byte)
      if byte == mark.last && tag.suffix(mark.count).elementsEqual(mark) { state = .text }
      if tag.count >= Self.tagLimit { tag.removeFirst(Self.tagLimit - 8) }
    }
  }

  private mutating func beginTag() {
    state = .tag
    tag.removeAll(keepingCapacity: true)
  }

  private mutating func keep(_ byte: UInt8) { if tag.count < Self.tagLimit { tag.append(byte) } }

  private mutating func takeTag(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "<"): beginTag()
    case UInt8(ascii: ">"):
      state = .text
      finishTag()
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      // Only after `=`; elsewhere it is no XML but text such as “a < b”.
      let isValue = tag.last == UInt8(ascii: "=")
      keep(byte)
      if isValue { state = .value(byte) }
    default:
      let isNothing = tag.isEmpty && !Self.canBegin(byte)
      if isNothing {
        state = .text
        return
      }
      keep(byte)
      if tag.count == 3 && tag.elementsEqual("!--".utf8) { state = .until(Array("-->".utf8)) }
      if tag.count == 8 && tag.elementsEqual("![CDATA[".utf8) { state = .until(Array("]]>".utf8)) }
    }
  }

  private static func canBegin(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private mutating func finishTag() {
    let name = tag.prefix {
      $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D && !($0 == 0x2F && tag.first != 0x2F)
    }
    let isClosed = tag.last == UInt8(ascii: "/")
    switch String(decoding: name, as: UTF8.self) {
    case "testsuites", "testsuite":
      isSeen = true
      countSuite(isEmpty: isClosed)
      if !isClosed { depth += 1 }
    case "/testsuites", "/testsuite":
      depth = max(0, depth - 1)
      if let counted = countedDepth, depth <= counted { countedDepth = nil }
    case "testcase":
      if let current { Self.count(current, &cases) }
      current = .passed
      if isClosed { endCase() }
    case "/testcase": endCase()
    case "failure", "error": if current == .passed { current = .failed }
    case "skipped": if current != nil { current = .skipped }
    default: break
    }
  }

  private mutating func endCase() {
    if let current { Self.count(current, &cases) }
    current = nil
  }

  private static func count(_ one: Case, _ counts: inout TestRun.Counts) {
    switch one {
    case .passed: counts.passed += 1
    case .failed: counts.failed += 1
    case .skipped: counts.skipped += 1
    }
  }

  /// The number of an outer suite includes the tests of inner suites.
  private mutating func countSuite(isEmpty: Bool) {
    guard countedDepth == nil, let tests = attribute("tests") else { return }
    if !isEmpty { countedDepth = depth }
    let failed = (attribute("failures") ?? 0) + (attribute("errors") ?? 0)
    let skipped = attribute("skipped") ?? 0
    suites += .init(passed: max(0, tests - failed - skipped), failed: failed, skipped: skipped)
  }

  private func attribute(_ name: String) -> Int? {
    let text = String(decoding: tag, as: UTF8.self)
    guard let start = text.firstRange(of: " \(name)=") ?? text.firstRange(of: "\n\(name)=") else {
      return nil
    }
    return Int(text[start.upperBound...].dropFirst().prefix { $0.isASCII && $0.isNumber }.prefix(9))
  }
}

// Counts out of what runners print. The texts are what these programs really wrote, cut down.

import TestSupport
import Testing

@testable import Checkpoints

@Suite("Output of test runners")
struct TestOutputTests {
  /// As “runner passed/failed/skipped”, whatever pieces the output comes in.
  private func read(_ text: String) throws -> String {
    try read(Array(text.utf8))
  }

  private func read(_ bytes: [UInt8]) throws -> String {
    let whole = result(bytes, piece: bytes.count + 1)
    #expect(result(bytes, piece: 1) == whole && result(bytes, piece: 7) == whole)
    return whole
  }

  private func result(_ bytes: [UInt8], piece: Int) -> String {
    var reader = TestOutputReader()
    for start in stride(from: 0, to: bytes.count, by: piece) {
      bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { reader.take($0) }
    }
    guard let (runner, counts) = reader.finish() else { return "nothing" }
    return "\(runner) \(counts.passed)/\(counts.failed)/\(counts.skipped)"
  }

  @Test("swift test: XCTest and Swift Testing, added up; a test that fails twice is one")
  func swiftTest() throws {
    let xctest = """
      Test Suite 'All tests' started at 2026-11-20 15:41:58.647
      Test Suite 'X' started at 2026-11-20 15:41:58.666
      Test Case 'X.testBad' started at 2026-11-20 15:41:58.666
      /t.swift:13: error: X.testBad : XCTAssertEqual failed: ("1") is not equal to ("2") -
      Test Case 'X.testBad' failed (0.001 seconds)
      Test Case 'X.testSkip' skipped (0.0 seconds)
      Test Suite 'X' failed at 2026-11-20 15:41:58.668
      \t Executed 3 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.001 (0.001) seconds
      Test Case 'Y.testB' failed (0.0 seconds)
      Test Suite 'Y' failed at 2026-11-20 15:41:58.668
      \t Executed 1 test, with 1 failure (0 unexpected) in 0.0 (0.0) seconds
      Test Suite 'debug.xctest' failed at 2026-11-20 15:41:58.668
      \t Executed 4 tests, with 1 test skipped and 3 failures (0 unexpected) in 0.001 (0.001) seconds
      Test Suite 'All tests' failed at 2026-11-20 15:41:58.668
      \t Executed 4 tests, with 1 test skipped and 3 failures (0 unexpected) in 0.001 (0.001) seconds

      """
    let testing = """
      ◇ Test run started.
      ➜ Suite Off skipped.
      ➜ Test off() skipped: "not now"
      ➜ Test one() skipped.
      ◇ Test case passing 1 argument n → 1 to "many" started.
      ✘ Test fails() recorded an issue at t.swift:5:24: Expectation failed: 1 == 2
      ✘ Test "many" with 3 test cases failed after 0.001 seconds with 1 issue.
      ✘ Test fails() failed after 0.001 seconds with 2 issues.
      ━ Test known() passed after 0.001 seconds with 1 known issue.
      ✔ Test "works x failed after y" passed after 0.001 seconds.
      ✘ Suite "Suite one" failed after 0.001 seconds with 4 issues (including 1 known issue).
      ✘ Test run with 6 tests in 2 suites failed after 0.001 seconds with 4 issues (including 1 known issue).

      """
    #expect(try read(xctest) == "swift test 1/2/1")
    #expect(try read(testing) == "swift test 2/2/2")
    #expect(try read(xctest + testing) == "swift test 3/4/3")
    let none =
      "Test Suite 'All tests' passed at 2026\n\t Executed 0 tests, with 0 failures (0 unexpected) in 0.0 (0.0) seconds\n"
    #expect(
      try read(none + "✔ Test run with 411 tests in 60 suites passed after 88.1 seconds.\n")
        == "swift test 411/0/0")
    let parallel =
      "[1/3] Testing X.testGood\n[2/3] Testing X.testBad\n[3/3] Testing Y.testB\nTest Case 'X.testBad' failed (0.0 seconds)\n"
    #expect(try read(parallel) == "swift test 2/1/0")
  }

  @Test(
    "jest and vitest",
    arguments: [
      (
        "Test Suites: 1 failed, 2 passed, 3 total\nTests:       1 failed, 2 skipped, 1 todo, 3 passed, 7 total\n",
        "jest 3/1/3"
      ),
      ("Tests:       12 passed, 12 total\nTime: 1 s\nTests:       1 passed, 1 total\n", "jest 13/0/0"),
      (
        " Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 4 passed | 1 skipped (6)\n",
        "vitest 4/1/1"
      ),
      (
        "\u{1B}[1mTests:\u{1B}[22m       \u{1B}[1m\u{1B}[31m1 failed\u{1B}[39m\u{1B}[22m, 1 total\r\n",
        "jest 0/1/0"
      ),
      ("Tests: are important, in total\n", "nothing"),
    ])
  func javaScript(text: String, expected: String) throws { #expect(try read(text) == expected) }

  @Test(
    "pytest, quiet, in color and with nothing to do",
    arguments: [
      ("========== 1 failed, 1 passed, 1 skipped, 1 xfailed, 1 error in 0.53s ==========\n", "pytest 1/2/2"),
      ("1 failed, 2 passed, 3 warnings in 70.12s (0:01:10)\n", "pytest 2/1/0"),
      (
        "\u{1B}[31m== \u{1B}[31m\u{1B}[1m1 failed\u{1B}[0m, \u{1B}[32m1 passed\u{1B}[0m\u{1B}[31m in 0.51s\u{1B}[0m\u{1B}[31m ==\u{1B}[0m\n",
        "pytest 1/1/0"
      ),
      ("no tests ran in 0.01s\n", "pytest 0/0/0"),
      ("3 passed, 10 deselected in 0.01s\n3 passed in 1s\n", "pytest 6/0/0"),
      ("2 files changed in 3s\n", "nothing"), ("it passed in 3s\n", "nothing"),
    ])
  func pytest(text: String, expected: String) throws { #expect(try read(text) == expected) }

  @Test("go test: tests if they are listed, packages if they are not")
  func goTest() throws {
    let plain = """
      --- FAIL: TestBad (0.00s)
          a_test.go:9: wrong
      FAIL
      FAIL\texample.org/a\t0.003s
      ok  \texample.org/b\t0.002s
      ok  \texample.org/d\t(cached)
      ?   \texample.org/c\t[no test files]
      FAIL

      """
    #expect(try read(plain) == "go test (packages) 2/1/1")
    let verbose = """
      === RUN   TestGood
      --- PASS: TestGood (0.00s)
      === RUN   TestMany
      === RUN   TestMany/one
          --- PASS: TestMany/one (0.00s)
      --- FAIL: TestMany (0.00s)
      --- SKIP: TestLater (0.00s)
      FAIL\texample.org/a\t0.003s

      """
    #expect(try read(verbose) == "go test 2/1/1")
    let json = """
      {"Time":"2026-11-20T15:00:00Z","Action":"start","Package":"example.org/a"}
      {"Action":"run","Package":"example.org/a","Test":"TestGood"}
      {"Action":"output","Package":"example.org/a","Test":"TestGood","Output":"{\\"Action\\":\\"fail\\",\\"Test\\":\\"x\\"}\\n"}
      {"Action":"pass","Package":"example.org/a","Test":"TestGood","Elapsed":0}
      {"Action":"fail","Package":"example.org/a","Test":"TestBad","Elapsed":0}
      {"Action":"skip","Package":"example.org/a","Test":"TestLater","Elapsed":0}
      {"Action":"fail","Package":"example.org/a","Elapsed":0.003}

      """
    #expect(try read(json) == "go test 1/1/1")
  }

  @Test(
    "TAP: skipped and planned points, subtests of their parents, node's summary",
    arguments: [
      (
        "TAP version 13\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP later\nnot ok 4 # TODO not yet\n1..4\n",
        "TAP 1/1/2"
      ),
      ("1..2\nok\nnot ok\n", "TAP 1/1/0"),
      ("1..1\n    ok 1 - child\n    not ok 2\n    1..2\nok 1 - parent # not a directive\n", "TAP 1/0/0"),
      (
        "TAP version 13\nok 1\n1..1\n# tests 7\n# suites 0\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 1\n",
        "TAP 4/2/2"
      ),
      ("ℹ tests 2\nℹ pass 1\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n", "TAP 1/1/0"),
      ("1..0 # SKIP no database\n", "TAP 0/0/0"), ("ok then\nnot ok at all\n", "nothing"),
      ("okay\n1..2 things\n", "TAP 0/0/0"), ("1..x\nok 1\n", "nothing"),
    ])
  func tap(text: String, expected: String) throws { #expect(try read(text) == expected) }

  private static let document = """
    <?xml version="1.0" encoding="utf-8"?><!DOCTYPE testsuites>
    <testsuites name="all > some"><testsuite name="a" errors="1" failures="1" skipped="2" tests="5">
    <testcase name="good" /><testcase classname='a' name='bad'><failure message="a &lt; b">&gt; x
    <![CDATA[ <testcase name="no"/> ]]></failure><error/></testcase><!-- <testcase/> -->
    <testcase name="skip"><skipped type="x">later</skipped></testcase>
    <testcase name="todo"><skipped/><failure/></testcase>
    <testcase name="broken"><error message="x"/><system-out>a < b && "c" <d</system-out></testcase>
    </testsuite></testsuites>
    """

  @Test("JUnit XML among other output, in UTF-16, cut short, and with nothing but its attributes")
  func junit() throws {
    #expect(try read(Self.document) == "JUnit XML 1/2/2")
    #expect(
      try read("if a < b it's \"so\n1 passed in 0.1s\n" + Self.document + "\n2 passed in 1s\n")
        == "JUnit XML 1/2/2")
    #expect(
      try read([0xFF, 0xFE] + Self.document.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        == "JUnit XML 1/2/2")
    #expect(
      try read("<testsuites>\n<testsuite tests='3'>\n<testcase name='a'/>\n<testcase name='b'><failure")
        == "JUnit XML 2/0/0")
    #expect(
      try read(
        "<testsuites tests=\"9\" failures=\"2\"><testsuite name=\"x\" tests=\"4\" failures=\"2\"/><testsuite tests=\"5\"/></testsuites>"
      )
        == "JUnit XML 7/2/0")
    #expect(
      try read(
        "<testsuite name=\"tests=77\" tests=\"4\" skipped=\"1\"/><testsuite tests=\"5\" errors=\"5\"></testsuite>"
      )
        == "JUnit XML 3/5/1")
    for text in ["<testcase/>", "<html><p>testsuite", "a <testsuit name='x'>", "<!-- <testsuite> "] {
      #expect(try read(text) == "nothing", "\(text)")
    }
  }

  @Test("several runners are added up")
  func several() throws {
    #expect(
      try read("Tests:       2 passed, 2 total\n=== 3 passed, 1 failed in 0.1s ===\n1..1\nok 1\n")
        == "jest, pytest, TAP 6/1/0")
  }

  @Test("bytes of any kind and lines of any length are read")
  func anything() throws {
    var noise = SystemRandomNumberGenerator()
    for length in [0, 1, 100, 5000] {
      _ = try read((0..<length).map { _ in UInt8.random(in: 0...255, using: &noise) })
    }
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
    #expect(result(long + Array("\n1 passed in 0.1s\n".utf8), piece: 65_536) == "pytest 1/0/0")
    let open = Array("<testsuite tests=\"1\"><!-- ".utf8) + long + Array("--><testcase/></testsuite>".utf8)
    #expect(result(open, piece: 65_536) == "JUnit XML 1/0/0")
  }
}

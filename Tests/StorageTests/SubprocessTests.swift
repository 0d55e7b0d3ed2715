// Child processes: what goes in and comes out, how they end, and that nothing waits for ever.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Subprocesses")
struct SubprocessTests {
  init() { _ = BrokenPipes.areIgnored }

  private func shell(_ script: BytePath, limit: Double? = nil) -> Subprocess {
    Subprocess(["sh", "-c", script], limit: limit, label: "script")
  }

  @Test("output is what the program printed, byte for byte")
  func output() throws {
    #expect(try shell("printf 'a\\0\\377b'").output() == [UInt8(ascii: "a"), 0, 0xFF, UInt8(ascii: "b")])
  }

  @Test("arguments are never interpreted")
  func arguments() throws {
    let words: [BytePath] = ["printf", "%s|", "$HOME", "`id`", "a b", "", "*", BytePath([0xE9])]
    let expected = words.dropFirst(2).flatMap { $0.bytes + [UInt8(ascii: "|")] }
    #expect(try Subprocess(words).output() == expected)
  }

  @Test("much input and much output at once do not block each other")
  func bothWays() throws {
    let input = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    #expect(try Subprocess(["cat"]).output(input: input) == input)
  }

  @Test("much output on standard error does not block, and its end is kept")
  func muchStandardError() throws {
    let error = #expect(throws: SubprocessError.self) {
      try shell("yes error | head -c 900000 >&2; echo the end >&2; exit 3").output()
    }
    #expect(error?.reason == .failed(status: 3))
    #expect(error?.message.hasSuffix("error\nthe end") == true)
    #expect((error?.message.utf8.count ?? .max) <= 8192)
  }

  @Test("a child that ignores its input is no error")
  func ignoredInput() throws {
    let input = [UInt8](repeating: 7, count: 5_000_000)
    #expect(try Subprocess(["true"]).output(input: input) == [])
    #expect(try Subprocess(["head", "-c", "3"]).output(input: input) == [7, 7, 7])
  }

  @Test("the exit code decides", arguments: [0, 1, 2, 77, 255] as [Int32])
  func exitCodes(code: Int32) throws {
    let process = shell(BytePath("exit \(code)"))
    #expect(try process.run(feed: { [] }, consume: { _ in }, isAccepted: { $0 == code }) == code)
    guard code != 0 else { return }
    let error = #expect(throws: SubprocessError.self) { try process.output() }
    #expect(error?.reason == .failed(status: code))
  }

  @Test("an end by a signal is an error that names it")
  func signalled() {
    let error = #expect(throws: SubprocessError.self) {
      try shell("kill -9 $$").output(accepting: [0, 9, 137])
    }
    #expect(error?.reason == .killed(signal: 9))
  }

  @Test("a program that is not there is said to be missing")
  func notFound() {
    let error = #expect(throws: SubprocessError.self) {
      try Subprocess(["/nowhere/no-such-program", "--secret=1"]).output()
    }
    #expect(error?.reason == .notFound)
    #expect(error?.description == "program not found: /nowhere/no-such-program")
  }

  @Test("a directory that is not there is not taken for a missing program")
  func missingDirectory() {
    let error = #expect(throws: (any Error).self) {
      try Subprocess(["true"], directory: "/nowhere/at/all").output()
    }
    #expect((error as? SubprocessError)?.reason != .notFound)
  }

  @Test("a program that exceeds its limit is ended")
  func limit() {
    let error = #expect(throws: SubprocessError.self) {
      try Subprocess(["sleep", "600"], limit: 0.1).output()
    }
    #expect(error?.reason == .timedOut(seconds: 0.1))
  }

  @Test("a background process that keeps the output open does not hold up the program that started it")
  func backgroundProcess() throws {
    let output = try shell("sleep 600 & echo $!", limit: 3).output()
    let text = String(decoding: output, as: UTF8.self).prefix { $0.isNumber }
    let process = try #require(pid_t(text))
    #expect(kill(process, SIGKILL) == 0)
  }

  @Test("the child's environment is ours with the additions, or the one that was given")
  func environment() throws {
    var process = shell("echo \"$ADDED|$PATH\"")
    process.additions = ["ADDED": "x=y"]
    let path = ProcessEnvironment.variables["PATH"] ?? ""
    #expect(String(decoding: try process.output(), as: UTF8.self) == "x=y|\(path)\n")
    process = Subprocess(["/usr/bin/env"])
    process.environment = ["ONLY": "this"]
    #expect(String(decoding: try process.output(), as: UTF8.self) == "ONLY=this\n")
  }

  @Test("the child starts in the directory that was asked for")
  func directory() throws {
    let directory = try TemporaryDirectory()
    let output = try Subprocess(["pwd", "-P"], directory: directory.path).output()
    #expect(BytePath(output.dropLast()) == directory.path)
  }

  @Test("an error while consuming ends the child and is passed on")
  func failingConsumer() {
    struct Enough: Error {}
    #expect(throws: Enough.self) {
      try Subprocess(["yes"]).run(feed: { [] }, consume: { _ in throw Enough() })
    }
  }

  @Test("children inherit no open files of ours")
  func closedDescriptors() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("secret-file", [])
    let file = try OpenFile.open(path, flags: O_RDONLY)
    let listing = try shell("ls -l /proc/$$/fd").output()
    withExtendedLifetime(file) {}
    #expect(!String(decoding: listing, as: UTF8.self).contains("secret-file"))
  }
}

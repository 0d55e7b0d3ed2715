// Output: results go to standard output, everything else to standard error. All text passes one function that escapes control
// characters, because nearly every line contains names, messages or contents that others wrote. Only output of the user's own
// commands is printed as it is.

import Checkpoints
import FileSystem
import Formatting
import FoundationEssentials
import Glibc

struct Console: Sendable {
  var isJSON = false
  var isQuiet = false
  /// Standard output belongs to another program, so results are printed as remarks.
  var hasNoResult = false
  let errorIsTerminal = isatty(2) == 1
  let canAsk = isatty(0) == 1 && isatty(2) == 1

  /// A line of the result: what the command was asked for.
  func result(_ line: String) { if hasNoResult { remark(line) } else { Self.say(line, to: 1) } }

  /// The whole result of a command that shows nothing else.
  func outcome(_ line: String) throws {
    if isJSON { try json(["result": line]) } else { result(line) }
  }

  /// Context, figures, or what to do next. `--quiet` and `--json` leave it out.
  func remark(_ line: String) { if !isQuiet && !isJSON { Self.say(line, to: 2) } }

  /// What shows the progress of an operation.
  var progress: any ProgressReporter {
    errorIsTerminal && !isQuiet && !isJSON ? ProgressLine() : SilentProgress()
  }

  /// What a question is about: the user reads it before the answer, whatever the options say.
  func question(_ line: String) { Self.say(line, to: 2) }

  func warning(_ line: String) { Self.say("warning: \(Format.oneLine(line))", to: 2) }

  /// An error that ends nothing, with its causes and hints.
  func warn(_ diagnostic: Diagnostic, _ consequence: String) {
    warning("\(consequence): \(diagnostic.message)")
    for cause in diagnostic.causes { Self.say("  \(cause)", to: 2) }
    for text in diagnostic.hints { hint(text) }
  }

  func hint(_ line: String) { Self.say("hint: \(Format.oneLine(line))", to: 2) }

  func json(_ value: some Encodable) throws { Self.write(try Self.text(ofJSON: value) + "\n", to: 1) }

  static func text(ofJSON value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Format.visibleJSON(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  func report(_ diagnostic: Diagnostic) {
    if isJSON {
      struct Report: Encodable {
        struct Body: Encodable { var message: String, causes: [String], hints: [String], exitCode: Int32 }
        var error: Body
      }
      try? json(
        Report(
          error: .init(
            message: diagnostic.message, causes: diagnostic.causes, hints: diagnostic.hints,
            exitCode: diagnostic.code.rawValue)))
      return
    }
    let lines =
      ["error: \(diagnostic.message)"] + diagnostic.causes.map { "  \($0)" }
      + diagnostic.hints.map { "hint: \($0)" }
    Self.say(lines.joined(separator: "\n"), to: 2)
  }

  /// Asks before something is destroyed or replaced.
  /// - Throws: a usage error if there is no terminal to ask on.
  func confirm(_ question: String, isAnswered: Bool) throws -> Bool {
    if isAnswered { return true }
    guard canAsk else {
      throw UsageError(
        description: "this needs a confirmation, and there is no terminal to ask on", hints: ["--yes"])
    }
    Self.write("\(Format.visibleLines(question)) [y/N] ", to: 2)
    // Waits in short steps, so that Ctrl-C is heard.
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while poll(&input, 1, 100) == 0 { try Interruption.check() }
    try Interruption.check()
    let answer = readLine()?.lowercased() ?? ""
    return answer == "y" || answer == "yes"
  }

  /// Whether the reader of our standard output has closed it.
  var isAbandoned: Bool {
    var watched = pollfd(fd: 1, events: 0, revents: 0)
    return poll(&watched, 1, 0) > 0 && watched.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
  }

  /// Writes lines, with a newline at the end.
  static func say(_ lines: String, to descriptor: Int32) {
    write(Format.visibleLines(lines) + "\n", to: descriptor)
  }

  /// Replaces the line that the cursor is in; an empty one clears it.
  static func replaceLine(_ text: String) { write("\r\u{1B}[K\(Format.visible(text))", to: 2) }

  /// Writes a text that ends with a newline of its own.
  static func document(_ text: String) { write(Format.visibleLines(text), to: 1) }

  /// Bytes as they are: the output of the user's own commands, and messages between our own processes.
  static func pass(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) { write(bytes, to: descriptor) }

  private static func write(_ text: String, to descriptor: Int32) {
    Array(text.utf8).withUnsafeBytes { write($0, to: descriptor) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = UnsafeRawBufferPointer(rebasing: rest).withMemoryRebound(to: UInt8.self) {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      // The reader may have closed the pipe; that is no reason to stop the work.
      if count < 0 && errno != EINTR { return }
      if count > 0 { rest = rest.dropFirst(count) }
    }
  }
}

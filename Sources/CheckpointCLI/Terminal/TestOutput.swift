// A stage's tests on the terminal: the command, its output as it comes, and its result. All of it goes to standard error; with
// --quiet only the last lines of failing tests.

import Checkpoints
import Formatting
import Operations

final class TestOutput: TestWatcher {
  private static let shownLines = 20

  private let console: Console
  private var last: UInt8 = 0x0A

  init(console: Console) { self.console = console }

  func begins(_ command: String) {
    if !console.isQuiet { Console.say("tests: \(Format.visible(command))", to: 2) }
  }

  func prints(_ piece: UnsafeRawBufferPointer) {
    guard !console.isQuiet else { return }
    Console.pass(piece, to: 2)
    last = piece.last ?? last
  }

  func ended(_ run: TestRun) {
    // The next output begins on a line of its own.
    if last != 0x0A { Console.say("", to: 2) }
    guard console.isQuiet && run.outcome.isFailure else { return }
    for line in (run.tail ?? "").split(whereSeparator: \.isNewline).suffix(Self.shownLines) {
      Console.say(Format.visible(String(line)), to: 2)
    }
  }
}

// Service commands on the terminal: the command, its output as it comes, and its result. All of it goes to standard error; with
// --quiet only the last lines of a command that failed.

import Checkpoints
import FileSystem
import Formatting

struct ServiceOutput: ServiceWatcher {
  private static let shownLines = 20

  let console: Console

  func begins(_ command: ServiceCommand) {
    if !console.isQuiet {
      Console.say("\(command.step.rawValue): \(Format.visible(command.text))", to: 2)
    }
  }

  func prints(_ bytes: UnsafeRawBufferPointer) {
    if !console.isQuiet { Console.pass(bytes, to: 2) }
  }

  func ended(_ run: ServiceRun) {
    if !console.isQuiet {
      // The next output begins on a line of its own.
      if let last = run.outcome.output.last, last != 0x0A { Console.say("", to: 2) }
    } else if !run.succeeded {
      for line in Self.lastLines(run) { Console.say(line, to: 2) }
    }
  }

  func warns(_ text: String) { console.warning(text) }

  static func lastLines(_ run: ServiceRun) -> [String] {
    let output = String(decoding: run.outcome.output, as: UTF8.self)
    return output.split(whereSeparator: \.isNewline).suffix(shownLines).map(String.init)
  }
}

// What the user sees of an error: what happened, what to do next, and the exit code. Each family of errors has a file of its
// own here.

import Formatting

struct Diagnostic: Error {
  var message: String
  var causes: [String] = []
  var hints: [String] = []
  var code: ExitCode = .failed

  init(_ message: String, causes: [String] = [], hints: [String] = [], code: ExitCode = .failed) {
    // Messages of servers and programs may have many lines; a message, a cause and a hint are one line each.
    func lines(_ texts: [String]) -> [String] { texts.map { Format.oneLine($0) } }
    (self.message, self.causes, self.hints) = (Format.oneLine(message), lines(causes), lines(hints))
    self.code = code
  }

  init(_ error: any Error) {
    switch error {
    case let error as Diagnostic: self = error
    case let error as any ExplainedError: self = error.diagnostic
    default: self.init("\(error)")
    }
  }
}

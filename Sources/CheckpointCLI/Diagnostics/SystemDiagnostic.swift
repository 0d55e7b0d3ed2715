// What to do if a system call or a program failed.

import Checkpoints
import DataSources
import FileSystem

extension Interrupted: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("interrupted", code: .interrupted)
  }
}

extension UnusableClock: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("\(self)", hints: ["set the clock: timedatectl, or date --set"])
  }
}

extension SystemError: ExplainedError {
  var diagnostic: Diagnostic {
    if isDiskFull {
      return Diagnostic("\(self)", hints: [Diagnostic.fullDisk])
    }
    return Diagnostic("\(self)")
  }
}

extension SubprocessError: ExplainedError {
  var diagnostic: Diagnostic {
    guard reason == .notFound else {
      var hints = message.contains("No space left on device") ? [Diagnostic.fullDisk] : []
      hints += Diagnostic.ownership(message)
      if message.isAboutTooManyConnections { hints += Diagnostic.fewerConnections }
      return Diagnostic("\(self)", hints: hints)
    }
    return Diagnostic("\(self)", hints: ["install it, or put it on PATH"])
  }
}

extension Diagnostic {
  static let fullDisk = "make room; nothing was published and nothing left behind"
}

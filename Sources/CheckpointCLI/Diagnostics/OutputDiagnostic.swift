// What to do when a file cannot be written where the user wants it, or not what the user wants in it.

import Checkpoints
import DataSources
import FileSystem

extension OutputProblem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .exists: Diagnostic("\(self)", hints: ["--force replaces it; --output PATH gives another name"])
    case .occupied: Diagnostic("\(self)", hints: ["move it away, or give another name with --output"])
    case .noDirectory(let path): Diagnostic("\(self)", hints: ["mkdir -p \(path)"])
    }
  }
}

extension ExportProblem: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)",
      hints: candidates.isEmpty ? [] : ["did you mean: \(candidates.joined(separator: ", "))?"])
  }
}

// What to do if a file cannot be written at its place, or cannot have the contents that were asked for.

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

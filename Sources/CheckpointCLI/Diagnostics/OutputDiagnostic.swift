// What to do when a file cannot be written where the user wants it.

import FileSystem

extension Diagnostic {
  static func output(_ error: OutputProblem) -> Diagnostic {
    switch error {
    case .exists: Diagnostic("\(error)", hints: ["--force replaces it; --output PATH gives another name"])
    case .occupied: Diagnostic("\(error)", hints: ["move it away, or give another name with --output"])
    case .noDirectory(let path): Diagnostic("\(error)", hints: ["mkdir -p \(path)"])
    }
  }
}

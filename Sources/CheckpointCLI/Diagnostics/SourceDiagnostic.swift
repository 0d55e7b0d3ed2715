// What to do if an operation does not know which database it is about.

import Checkpoints
import Operations

extension SourceProblem: ExplainedError {
  var diagnostic: Diagnostic { Diagnostic("\(self)", hints: hints, code: .usage) }

  private var hints: [String] {
    switch self {
    case .nothingToRecord:
      ["set DATABASE_URL, or give --database URL", "checkpoint full records everything else"]
    case .unknown(_, _, let known):
      [known.isEmpty ? "it has none" : "it has: \(known.joined(separator: ", "))"]
    case .several(_, let names): ["choose one with --source: \(names.joined(separator: ", "))"]
    case .noDestination(let name, let known):
      [
        "in \(Settings.fileName): [database \"\(name)\"] with url = URL and record = false",
        "known: \(known.joined(separator: ", "))",
      ]
    case .nowhereToImport:
      ["set DATABASE_URL, or give --database URL: a database is made next to that one"]
    case .notInFile(_, let known): ["it holds: \(known.joined(separator: ", "))"]
    case .cannot: []
    case .noTable: ["checkpoint show SELECTOR --tables lists them; * and ? are wildcards"]
    }
  }
}

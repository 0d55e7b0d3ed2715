// One step of a rehearsal, and what came of it.

package struct RehearsalStep: Encodable, Sendable {
  package enum Kind: Sendable, Hashable {
    case database(source: String)
    case databaseComparison(source: String)
    case tree
    case treeComparison
    /// Work in submodules that the checkpoint holds.
    case submodules
    case command(ServiceStep)
  }

  package enum Outcome: String, Encodable, Sendable {
    case passed, failed
    case notTried = "not tried"
  }

  package var kind: Kind
  package var outcome: Outcome
  /// nil for what was not tried.
  package var seconds: Double?
  package var detail: String?
  /// The end of what a command that failed printed.
  package var output: [String]?

  private enum CodingKeys: String, CodingKey {
    case name, outcome, seconds, countsForRestore, detail, output
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("\(kind)", forKey: .name)
    try container.encode(outcome, forKey: .outcome)
    try container.encodeIfPresent(seconds, forKey: .seconds)
    try container.encode(kind.countsForRestore, forKey: .countsForRestore)
    try container.encodeIfPresent(detail, forKey: .detail)
    try container.encodeIfPresent(output, forKey: .output)
  }
}

extension RehearsalStep.Kind: CustomStringConvertible {
  /// The step's name in the report.
  package var description: String {
    switch self {
    case .database(let source): "database \(source)"
    case .databaseComparison(let source): "compare database \(source)"
    case .tree: "git and files"
    case .treeComparison: "compare git and files"
    case .submodules: "work in submodules"
    case .command(let step): step.rawValue
    }
  }

  /// Whether a rollback has to do it, too: comparing is the rehearsal's own.
  package var countsForRestore: Bool {
    switch self {
    case .database, .tree, .submodules, .command: true
    case .databaseComparison, .treeComparison: false
    }
  }

  var isDatabase: Bool { if case .database = self { true } else { false } }

  /// Whether it shows that a database comes back as it was.
  var provesDatabase: Bool {
    switch self {
    case .database, .databaseComparison: true
    case .tree, .treeComparison, .submodules, .command: false
    }
  }
}

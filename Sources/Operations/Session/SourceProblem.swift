// Why an operation does not know which data source it is about.

package enum SourceProblem: Error, Sendable, CustomStringConvertible {
  /// What not every kind of source can do.
  package enum Ability: String, Sendable {
    case beExported = "be exported"
    case beCopied = "be restored under another name"
    case takeOptions = "be restored in part, or with these options"
    case planRows = "say what becomes of rows"
  }

  /// A checkpoint of databases in a project that has none.
  case nothingToRecord
  /// - Parameters:
  ///   - holder: a checkpoint, or the project.
  ///   - known: what it has instead.
  case unknown(String, holder: String, known: [String])
  /// One has to be chosen.
  case several(holder: String, [String])
  /// The settings have no such place to restore to.
  case noDestination(String, known: [String])
  /// A dump is restored beside a database of the project's, and it has none.
  case nowhereToImport
  /// An exported file holds several databases, and none has the name of the one that is meant.
  case notInFile(String, known: [String])
  /// - Parameter source: by its label.
  case cannot(source: String, Ability)
  /// Nothing that was compared has such a table.
  case noTable(String)

  package var description: String {
    switch self {
    case .nothingToRecord: "there is no database to record"
    case .unknown(let name, let holder, _): "\(holder) has no database called “\(name)”"
    case .several(let holder, _): "\(holder) has several databases"
    case .noDestination(let name, _): "the settings have no database called “\(name)”"
    case .nowhereToImport: "there is no database to import into"
    case .cannot(let label, let ability): "\(label) cannot \(ability.rawValue)"
    case .noTable(let pattern): "the checkpoint holds no table “\(pattern)”"
    case .notInFile(let name, _):
      "the file holds several databases, and none of them is called “\(name)”"
    }
  }
}

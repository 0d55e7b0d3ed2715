// Databases that a restore made for a while, and that are still there.

import Checkpoints
import DataSources

extension LeftDatabase {
  var text: String {
    let words =
      switch fate {
      case .goesNext: "the next restore drops it"
      case .stays(let reason): "it cannot be dropped (\(reason))"
      case .mayBeNeeded: "only “rollback --continue” in another clone could need it; otherwise DROP DATABASE"
      }
    return "\(name) is left over from a restore: \(words)"
  }
}

extension Workspace {
  /// After something was restored for a trial. Where the server does not answer, there is nothing to say.
  func warnOfLeftDatabases(_ sources: [any DataSource]) {
    for database in Set(sources.compactMap { $0 as? PostgreSQLSource }.flatMap(Self.left).map(\.text))
      .sorted()
    {
      console.warning(database)
    }
  }

  private static func left(by source: PostgreSQLSource) -> [LeftDatabase] {
    (try? source.leftDatabases(except: nil)) ?? []
  }
}

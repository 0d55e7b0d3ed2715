// What was made on the server on the way to something, and could not be dropped.

import Checkpoints
import DataSources

extension LeftDatabase {
  var text: String {
    let remedy = reason.map { "cannot be dropped (\($0))" } ?? "the next restore drops it"
    return "\(name), made on the way to something: \(remedy)"
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

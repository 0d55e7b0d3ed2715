// What keeps a database from being replaced: rights, prepared transactions, things of other roles, the number of connections.

import Checkpoints
import DataSources
import Postgres

extension Diagnostic {
  static func access(_ error: DatabaseProblem) -> Diagnostic {
    let hints: [String] =
      switch error {
      case .prepared(let transactions, let database):
        transactions.prefix(1).map { "in \(database): COMMIT PREPARED \($0.quotedGID), or ROLLBACK PREPARED" }
      case .notLetIn: ["pg_hba.conf says who may connect to which database"]
      case .noWayOutside(let name):
        [
          "GRANT CONNECT ON DATABASE postgres TO the user",
          "or do it as a superuser: --database URL of \(name)",
        ]
      case .notMember(let roles):
        [
          "GRANT \(roles.first?.asIdentifier ?? "") TO the user",
          "let everything belong to you: checkpoint restore database SELECTOR --no-owner",
        ]
      case .neededByOthers:
        [
          "with a user that may create databases, the whole database is replaced: ALTER ROLE … CREATEDB",
          "--data-only (of restore database) brings rows back and leaves all definitions as they are",
        ]
      case .ownedByOthers:
        [
          "restore database --table NAME replaces only what you name; * is a wildcard",
          "restore database --data-only brings rows back and leaves all definitions as they are",
          "as its owner or a superuser: --database URL",
        ]
      case .notReadable(let names):
        [
          "let the user read them: GRANT USAGE ON SCHEMA … and GRANT SELECT ON … TO the user",
          "leave it out: excludeTable = \(names.first ?? "NAME") in \(Settings.fileName), a line for each",
          "record only schemas of your own: schema = public there",
        ]
      default: []
      }
    return Diagnostic("\(error)", hints: hints)
  }

  /// With one job, checkpoints and rollbacks need only two or three.
  static let fewerConnections = [
    "with fewer connections: git config checkpoint.jobs 1",
    "for more of them, whichever limit it is: ALTER ROLE … CONNECTION LIMIT, ALTER DATABASE … CONNECTION LIMIT, max_connections",
  ]
}

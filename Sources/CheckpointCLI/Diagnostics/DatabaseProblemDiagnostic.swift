// What to do about a database that cannot be recorded or restored as it is.

import DataSources

extension DatabaseProblem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .locked(_, let holders):
      Diagnostic(
        "\(self)", causes: holders,
        hints: ["try again when they are done", "wait longer: git config checkpoint.lockTimeout SECONDS"])
    case .pooled:
      Diagnostic("\(self)", hints: ["give the server's direct URL: git config checkpoint.database.url URL"])
    case .otherServer, .otherDatabase:
      Diagnostic(
        "\(self)",
        hints: ["into a database of its own: checkpoint restore database SELECTOR --target-db NAME"])
    case .slots: Diagnostic("\(self)", hints: ["drop them first: SELECT pg_drop_replication_slot('NAME')"])
    case .subscriptions: Diagnostic("\(self)", hints: ["drop them first: DROP SUBSCRIPTION NAME"])
    case .notOwner(_, let owner): Diagnostic("\(self)", hints: ["connect as \(owner) or as a superuser"])
    case .noClone:
      Diagnostic(
        "\(self)",
        hints: ["a rollback restores this database in place; a clone can be copied while nothing writes"])
    case .notRestorable(let left):
      Diagnostic(
        "\(self)", causes: left.dropFirst(3).prefix(17).map(\.description),
        hints: [
          "everything else, and a list of what is missing: the same command with --partial",
          "for other programs: checkpoint export SELECTOR --format dump",
          "some tables: checkpoint restore database SELECTOR --table NAME; only rows: --data-only",
        ])
    case .cloneInUse: Diagnostic("\(self)", hints: ["keep what connects to every database away from it"])
    case .incomingMissing:
      Diagnostic("\(self)", hints: ["checkpoint rollback --abort brings back what was before"])
    case .cloneChanged:
      Diagnostic("\(self)", hints: ["begin the rollback anew: it restores from the store then"])
    case .stillConnected: Diagnostic("\(self)", hints: ["end these sessions and try again"])
    case .prepared, .notLetIn, .noWayOutside, .neededByOthers, .ownedByOthers, .notReadable, .notMember:
      Diagnostic.access(self)
    case .targetExists:
      Diagnostic("\(self)", hints: ["--recreate replaces it; what is there now is kept under another name"])
    case .notRecorded:
      Diagnostic(
        "\(self)", hints: ["checkpoint show SELECTOR --tables lists them; * and ? are wildcards"],
        code: .usage)
    case .noSuchColumn(let name, .value):
      Diagnostic(
        "--set names “\(name)”, which does not exist",
        hints: ["columns of today: --set table.column=VALUE"], code: .usage)
    case .noSuchColumn(let name, .rename):
      Diagnostic(
        "--rename names “\(name)”, which does not exist",
        hints: ["names of the checkpoint: --rename table.old=new"], code: .usage)
    case .notRenamed:
      Diagnostic(
        "--rename \(self)", hints: ["a name of the checkpoint = a name of today"], code: .usage)
    case .ambiguous(let name):
      Diagnostic(
        "--rename names “\(name)”, which can mean several things",
        hints: ["with the schema: schema.table.column"], code: .usage)
    case .doesNotFit:
      Diagnostic("\(self)", hints: ["--plan shows what goes where, and what may be meant"])
    case .inconvertible:
      Diagnostic(
        "\(self)",
        hints: [
          "nothing was changed; bring the old rows into a database of their own: --target-db NAME",
          "or leave the table out: --table for each of the others",
        ])
    case .inseparable:
      Diagnostic(
        "\(self)",
        hints: [
          "the whole partitioned table: --table PARENT; a subscription has to be dropped first",
          "--data-only brings the rows back and leaves all definitions as they are",
        ])
    case .dependents:
      Diagnostic(
        "\(self)",
        hints: [
          "restore their part as well: several --schema and --table",
          "--data-only brings the rows back and leaves all definitions as they are",
        ])
    case .missingRoles(let names):
      Diagnostic(
        "\(self)",
        hints: [
          "make them: CREATE ROLE \(names.first ?? "NAME")",
          "without them: checkpoint restore database SELECTOR --no-owner --no-privileges",
        ])
    case .missingExtensions:
      Diagnostic("\(self)", hints: ["install its package on the server; Debian's own: postgresql-contrib"])
    case .noSuchSchema:
      Diagnostic("\(self)", hints: ["git config checkpoint.database.NAME.schema, and \\dn in psql"])
    case .targetIsSystem, .invalidName: Diagnostic("\(self)", code: .usage)
    case .targetIsLive:
      Diagnostic("\(self)", hints: ["without --target-db it is replaced, and kept for undo"], code: .usage)
    case .cannotCreate(let user): Diagnostic("\(self)", hints: ["ALTER ROLE \(user) CREATEDB"])
    case .changedSinceRestore:
      Diagnostic("\(self)", hints: ["checkpoint rollback --continue finishes, and keeps what was written"])
    case .changedSinceRescue:
      Diagnostic("\(self)", hints: ["stop what writes to it and try again; nothing was changed"])
    case .retainedMissing:
      Diagnostic("\(self)", hints: ["only git and files: the same command with --no-database"])
    case .excludedNeeded: Diagnostic("\(self)", hints: ["leave that out as well, or nothing of it"])
    case .otherPlace(let begun, _):
      Diagnostic("\(self)", hints: ["with the URL that it was begun with: --database URL of \(begun)"])
    case .inRecovery, .mismatch, .notDropped, .transactionLost, .renamedMeanwhile, .documentMissing:
      Diagnostic("\(self)")
    }
  }
}

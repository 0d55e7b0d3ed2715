// What can be wrong with a database, or with a request: facts, from which the command line makes its hints.

import Checkpoints

package enum DatabaseProblem: Error, Sendable, CustomStringConvertible {
  /// What the user wants to do with a column.
  package enum Wish: Sendable { case rename, value }

  case locked(seconds: Int, holders: [String])
  case pooled(String)
  case otherServer(recorded: String, present: String)
  case otherDatabase(recorded: String, present: String)
  case slots([String])
  case subscriptions([String])
  case notOwner(database: String, owner: String)
  case inRecovery(String)
  case mismatch([String])
  case transactionLost(String)
  case changedSinceRescue([String])
  case changedSinceRestore([String])
  case retainedMissing(String)
  case renamedMeanwhile(String)
  case stillConnected(database: String, sessions: [String])
  case documentMissing
  case targetExists(String)
  case targetIsLive(String)
  case targetIsSystem(String)
  case invalidName(String)
  case cannotCreate(String)
  case cloneChanged(String)
  case incomingMissing(String)
  case noSuchSchema(String, database: String)
  /// “schema” or “table”
  case notRecorded(String, String)
  /// A column that is to be renamed, or to get a value.
  case noSuchColumn(String, Wish)
  case ambiguous(String)
  /// The old and new name as the user wrote them, and the name in them that does not exist.
  case notRenamed(String, missing: String)
  case doesNotFit([String])
  case inconvertible(column: String, from: String, to: String, reason: String)
  case dependents([String])
  /// For a part: what can only be restored together with more than the part.
  case inseparable([String])
  case notDropped([String])
  /// For excluded tables: what cannot exist without them.
  case excludedNeeded([String])
  case otherPlace(begun: String, present: String)
  case missingRoles([String])
  case missingExtensions([String])
  case cloneInUse(String)
  case notRestorable([Unrestored])
  case noClone(String)
  case prepared([PreparedTransaction], database: String)
  case notLetIn(String)
  case noWayOutside(String)
  case neededByOthers([String])
  case ownedByOthers([String])
  case notReadable([String])
  case notMember([String])

  package var description: String {
    switch self {
    case .locked(let seconds, _):
      "some tables stayed locked for \(seconds) s"
    case .pooled(let name): "\(name) is reached through a pooler (PgBouncer?), which breaks shared snapshots"
    case .otherServer(let recorded, let present):
      "the checkpoint belongs to the server with system identifier \(recorded), this one has \(present)"
    case .otherDatabase(let recorded, let present):
      "the checkpoint belongs to the database \(recorded), the project's database is \(present)"
    case .slots(let names):
      "the database has logical replication slots (\(names.joined(separator: ", "))), which would stay behind"
    case .subscriptions(let names):
      "the database has subscriptions (\(names.joined(separator: ", "))), which would stay behind"
    case .notOwner(let database, let owner): "only \(owner), the owner of \(database), may replace it"
    case .inRecovery(let name): "the server of \(name) is a standby, which accepts no changes"
    case .transactionLost(let section):
      "the section \(section) of the archive ended the transaction it ran in"
    case .mismatch(let tables):
      "what was restored is not what was recorded: \(tables.joined(separator: ", "))"
    case .changedSinceRestore(let tables):
      "the database was written to since it was restored: \(tables.joined(separator: ", "))"
    case .changedSinceRescue(let tables):
      "another session wrote to the database while it was being rescued: \(tables.joined(separator: ", "))"
    case .retainedMissing(let name): "the database \(name), which holds the replaced contents, is gone"
    case .renamedMeanwhile(let name):
      "the database \(name) was replaced or renamed by another session meanwhile"
    case .stillConnected(let database, let sessions):
      "sessions stay connected to \(database): \(sessions.joined(separator: ", "))"
    case .documentMissing: "this checkpoint holds no copy of the database"
    case .targetExists(let name): "the database \(name) exists already"
    case .targetIsSystem(let name): "\(name) belongs to the server itself"
    case .invalidName(let name): "“\(name)” cannot name a database: names have 1 to 63 bytes"
    case .targetIsLive(let name): "\(name) is the project's own database"
    case .notRecorded(let what, let name): "the checkpoint holds no \(what) “\(name)”"
    case .noSuchColumn(let name, .rename): "“\(name)”, which is to be renamed, does not exist"
    case .noSuchColumn(let name, .value): "“\(name)”, which is to get a value, does not exist"
    case .notRenamed(let words, let missing): "\(words): there is no \(missing) today"
    case .ambiguous(let name): "“\(name)” can mean several things"
    case .doesNotFit(let problems): "the recorded rows do not fit: \(problems.joined(separator: "; "))"
    case .inconvertible(let column, let from, let to, let reason):
      "\(column) cannot be converted from \(from) to \(to): \(reason)"
    case .dependents(let names):
      "other objects depend on what would be replaced: \(names.joined(separator: ", "))"
    case .excludedNeeded(let names):
      "the checkpoint could not be restored without what excludeTable or excludeTableData leaves out: "
        + "it is needed by \(names.joined(separator: ", "))"
    case .otherPlace(let begun, let present):
      "the operation was begun on the database \(begun), and this is another one (\(present))"
    case .inseparable(let names):
      "this part cannot be replaced by itself: \(names.joined(separator: ", "))"
    case .notDropped(let names): "these objects cannot be dropped: \(names.joined(separator: ", "))"
    case .missingRoles(let names):
      "roles that own something or have privileges there do not exist on this server: \(names.joined(separator: ", "))"
    case .missingExtensions(let names):
      "extensions are not installed on this server: \(names.joined(separator: ", "))"
    case .noClone(let reason): "\(reason), so there can be no restored clone"
    case .notRestorable(let left):
      "\(left.count == 1 ? "1 object" : "\(left.count) objects") of the checkpoint cannot be restored here: "
        + left.prefix(3).map(\.description).joined(separator: "; ") + (left.count > 3 ? "; …" : "")
    case .cloneInUse(let name): "others connect to \(name) again and again while it is being made"
    case .noSuchSchema(let name, let database): "no schema of \(database) is called “\(name)”"
    case .incomingMissing(let name): "the restored database \(name) is gone, so this cannot be continued"
    case .cloneChanged(let name): "the warm clone \(name) was opened or altered by another session meanwhile"
    case .prepared(let transactions, let database):
      "\(database) has prepared transactions, which keep it from being replaced: "
        + transactions.map(\.description).joined(separator: ", ")
    case .notLetIn(let reason): "the server does not let this user into a new database: \(reason)"
    case .neededByOthers(let names):
      "what would be replaced belongs to other roles, or is needed by what does: \(names.joined(separator: ", "))"
    case .ownedByOthers(let names): "what would be replaced belongs to other roles: \(Self.listed(names))"
    case .notReadable(let names): "the database user may not read \(Self.listed(names))"
    case .notMember(let roles):
      "what is to be restored belongs to roles that the database user is no member of: "
        + roles.joined(separator: ", ")
    case .noWayOutside(let name):
      "no other database of the server lets us in, and \(name) can only be renamed from another one"
    case .cannotCreate(let user): "the user \(user) may not create databases"
    }
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}

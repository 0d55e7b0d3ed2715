// What belongs to other roles, in plans and trials, and in the archive that is restored around it.

import ChunkStore
import Postgres

extension OthersObjects {
  /// What a trial beside the live database leaves out, because the rollback would leave it where it is.
  static func left(
    by document: DatabaseDocument, _ access: ServerAccess, _ context: DatabaseContext
  ) throws -> OthersObjects? {
    let contents = try ArchiveContents.read(document, ChunkReader(context.store))
    guard case .belongsToOthers = try access.ownerObstacle(contents, context.request) else { return nil }
    return try OthersObjects(access.source.connect())
  }

  /// Of a trial.
  var outcome: RestoreOutcome {
    var outcome = RestoreOutcome()
    outcome.notes = notes
    outcome.leftOut = Set(kept.map(\.identity))
    return outcome
  }

  /// The entries of an archive about what stays, with those about parts of it.
  func entries(in contents: ArchiveContents) -> Set<Int> {
    if kept.isEmpty { return [] }
    var found = Set(
      contents.entries.filter { entry in kept.contains { $0.isMeant(by: entry) } }.map(\.dumpID))
    let owners = contents.owners()
    let members = ["PUBLICATION", "SUBSCRIPTION"]
    var count = -1
    while count != found.count {
      count = found.count
      for entry in contents.entries where !found.contains(entry.dumpID) {
        let isPart = owners[entry.dumpID].flatMap { $0 }.map(found.contains) == true
        let isMember =
          members.contains { entry.kind.hasPrefix($0) } && entry.dependencies.contains(where: found.contains)
        if isPart || isMember || isMapping(entry) { found.insert(entry.dumpID) }
      }
    }
    return found
  }

  /// Of a user to a server; archives do not say that it depends on that.
  private func isMapping(_ entry: ArchiveEntry) -> Bool {
    entry.kind == "USER MAPPING"
      && kept.contains { $0.kind == "SERVER" && entry.name.hasSuffix(" SERVER \($0.name)") }
  }
}

extension OthersObjects.Object {
  /// Whether an entry makes it.
  fileprivate func isMeant(by entry: ArchiveEntry) -> Bool {
    entry.name == name && entry.schema.map { $0 == schema } != false && kinds.contains(entry.kind)
  }

  private var kinds: [String] {
    switch kind {
    case "TYPE": ["TYPE", "DOMAIN"]
    case "FOREIGN-DATA WRAPPER": ["FOREIGN DATA WRAPPER"]
    default: [kind]
    }
  }
}

extension OthersObjects {
  /// Of the live database, before anything is begun. A prepared transaction that holds locks there is in the way as well.
  static func planned(_ access: ServerAccess, _ connection: Connection) throws -> OthersObjects {
    let prepared = try PreparedTransaction.all(in: access.live, isLockingOnly: true, connection)
    if !prepared.isEmpty { throw DatabaseProblem.prepared(prepared, database: access.live) }
    let others = try OthersObjects(connection)
    try others.check()
    return others
  }
}

// Objects of other roles in plans and trials, and in the archive that is restored around them.

import ChunkStore
import FileSystem
import Postgres

extension OthersObjects {
  /// What a trial leaves out, because a rollback would leave it where it is.
  static func left(
    by document: DatabaseDocument, _ access: ServerAccess, _ context: DatabaseContext
  ) throws -> OthersObjects? {
    let contents = try ArchiveContents.read(document, ChunkReader(context.store))
    guard case .belongsToOthers = try access.ownerObstacle(contents, context.request) else { return nil }
    return try OthersObjects(access.source.connect())
  }

  /// The outcome of a trial.
  var outcome: RestoreOutcome {
    var outcome = RestoreOutcome()
    outcome.notes = notes
    outcome.leftOut = Set(kept.map { ExactText($0.identity) })
    return outcome
  }

  /// The entries of an archive for objects that stay, including entries for their parts.
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

  /// Whether the entry is a user mapping for one of these servers; archives do not record that dependency.
  private func isMapping(_ entry: ArchiveEntry) -> Bool {
    entry.kind == "USER MAPPING"
      && kept.contains { $0.kind == "SERVER" && entry.name.hasExactly(suffix: " SERVER \($0.name)") }
  }
}

extension OthersObjects.Object {
  /// Whether an entry defines this object.
  fileprivate func isMeant(by entry: ArchiveEntry) -> Bool {
    entry.name.hasSameBytes(as: name) && entry.schema.map { $0.hasSameBytes(as: schema ?? "") } != false
      && kinds.contains(entry.kind)
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
  /// Finds them in the live database before anything begins. A prepared transaction that holds locks there is an obstacle,
  /// too.
  static func planned(_ access: ServerAccess, _ connection: Connection) throws -> OthersObjects {
    let prepared = try PreparedTransaction.all(in: access.live, isLockingOnly: true, connection)
    if !prepared.isEmpty { throw DatabaseProblem.prepared(prepared, database: access.live) }
    let others = try OthersObjects(connection)
    try others.check()
    return others
  }
}

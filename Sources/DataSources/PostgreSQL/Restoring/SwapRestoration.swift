// Restores a database for a user who may create databases: the contents are restored into a new database next to the live
// one and compared with what was recorded, and then both names are swapped. The previous database continues to exist under
// another name, closed to all sessions: it is the rescue.

import Checkpoints
import FileSystem
import Postgres

final class SwapRestoration: SourceRestoration {
  enum Origin {
    /// To be restored from the store.
    case recorded(DatabaseDocument)
    /// Already restored as a warm clone, and not opened since.
    case warm(DatabaseDocument, WarmClone)
    /// A database that an earlier rollback moved aside.
    case retained(RetainedDatabase)
  }

  private enum Key {
    static let live = "live"
    static let liveOID = "liveOID"
    static let incoming = "incoming"
    static let incomingOID = "incomingOID"
    static let aside = "aside"
    static let notes = "notes"
    static let unrestored = "unrestored"
    /// The seal of a warm clone when it was chosen.
    static let seal = "seal"
    /// Where the contents come from: an operation that is continued does what it began with.
    static let isMade = "isMade"
  }

  /// Whether a journal's state is that of a swap.
  static func isState(_ state: RestoreState) -> Bool { state[Key.incoming] != nil }

  private let origin: Origin
  private let record: SourceRecord
  private let access: ServerAccess
  private let context: DatabaseContext
  /// The time at which `recheck` found no obstacle.
  private var checked: Double?

  init(_ origin: Origin, record: SourceRecord, access: ServerAccess, context: DatabaseContext) throws {
    (self.origin, self.record, self.access, self.context) = (origin, record, access, context)
    // Rights may have been revoked since it began. Steps that need them check again; the way back may work without them.
    if context.isResuming { return }
    try access.checkReplaceable()
    switch origin {
    case .recorded:
      _ = try access.clientPrograms()
    case .warm: break
    case .retained(let retained):
      guard try access.holds(retained) else {
        throw DatabaseProblem.retainedMissing(retained.database)
      }
    }
  }

  private var document: DatabaseDocument? {
    switch origin {
    case .recorded(let document), .warm(let document, _): document
    case .retained: nil
    }
  }

  package var isInstant: Bool { if case .recorded = origin { false } else { true } }

  private var buildingName: String { access.derivedName(.restoring, token: context.token) }
  private var stagedName: String { access.derivedName(.staged, token: context.token) }
  private var asideName: String { access.derivedName(.before, token: context.token) }

  var summary: String {
    switch origin {
    case .recorded(let document):
      "restore \(Self.counted(document.tables.count, "table")), \(Self.counted(record.counts["rows"] ?? 0, "row"))"
        + " into a new database, then swap it with \(access.live)"
    case .warm(_, let clone):
      "swap \(access.live) with \(clone.database), where the contents are already"
    case .retained(let retained):
      "swap \(access.live) with \(retained.database), which holds the earlier contents"
    }
  }

  private static func counted(_ count: Int, _ word: String) -> String {
    "\(count) \(word)\(count == 1 ? "" : "s")"
  }

  /// Names the database that was live when it began: that one is moved aside, or none.
  var rescueRecord: SourceRecord? {
    let oid = (context.begun?[Key.liveOID] ?? access.liveOID).flatMap { $0.isEmpty ? nil : $0 }
    return SourceRecord(
      name: record.name, type: record.type, document: nil, label: record.label, counts: [:],
      liveByteCount: (try? access.byteCount(of: access.live)) ?? 0, streamByteCount: 0,
      retained: oid.map {
        RetainedDatabase(database: asideName, oid: $0, live: access.live, store: context.store.root)
      })
  }

  var warnings: [String] {
    let sessions =
      access.liveOID == nil
      ? "the database \(access.live) does not exist, so it is made anew"
      : "sessions connected to \(access.live) will be ended"
    let names = document?.selection.map { $0.excludedTables + $0.excludedRows + ($0.unreadable ?? []) } ?? []
    let published = access.publications
    let subscribers =
      published.isEmpty
      ? [] : ["subscribers of \(published.joined(separator: ", ")) will have to copy the tables anew"]
    if names.isEmpty { return [sessions] + subscribers }
    return [sessions] + subscribers + [
      "not in the checkpoint, and afterwards only in the replaced database: \(names.joined(separator: ", "))"
    ]
  }

  func stage() throws -> RestoreState {
    var state = [Key.live: access.live, Key.liveOID: access.liveOID ?? "", Key.aside: asideName]
    switch origin {
    case .retained(let retained):
      state[Key.incoming] = retained.database
      state[Key.incomingOID] = retained.oid
    case .warm(_, let clone):
      state[Key.incoming] = clone.database
      state[Key.incomingOID] = clone.oid
      state[Key.seal] = clone.seal
    case .recorded(let document):
      try access.drop(stagedName)
      let outcome = try DatabaseBuild(document, access: access, context: context).build(buildingName)
      // From here on it belongs to an operation that another process may continue, so it must not look unfinished.
      try access.rename(buildingName, to: stagedName)
      state[Key.notes] = outcome.notes.joined(separator: "\n")
      state[Key.unrestored] = try Unrestored.encoded(outcome.unrestored)
      state[Key.isMade] = "yes"
      state[Key.incoming] = stagedName
      state[Key.incomingOID] = try access.oid(of: stagedName) ?? ""
    }
    return state
  }

  /// Refuses names of foreign databases: a journal may have come with a store from elsewhere.
  private func requireOwn(_ state: RestoreState) throws {
    let live = state[Key.live] ?? access.live
    let named = [state[Key.aside], state[Key.incoming]].compactMap { $0 }
    guard live.hasSameBytes(as: access.live), named.allSatisfy(isOurs) else {
      throw DatabaseProblem.otherPlace(begun: live, present: access.live)
    }
  }

  private func isOurs(_ database: String) -> Bool {
    access.isDerived(database, for: .before, .staged, .givenUp, .warm)
  }

  func recheck(_ state: RestoreState) throws {
    guard let live = state[Key.live], let liveOID = state[Key.liveOID], let incoming = state[Key.incoming],
      try access.oid(of: live) == liveOID
    else { return }
    try access.checkSwappable(incoming: incoming, live: live)
    checked = MonotonicTime.now
  }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    guard let live = state[Key.live], let aside = state[Key.aside], let liveOID = state[Key.liveOID],
      let incomingOID = state[Key.incomingOID]
    else { throw DatabaseProblem.renamedMeanwhile(access.live) }
    try requireOwn(state)
    let present = try access.oid(of: live)
    if present == incomingOID {
      // Killed after the swap: the database may still be closed.
      return try access.reopen(live)
    }
    guard present ?? "" == liveOID else { throw DatabaseProblem.renamedMeanwhile(live) }
    // If an abort was killed, it may already have been live, and has another name.
    guard let incoming = try access.name(ofOID: incomingOID) else {
      throw DatabaseProblem.incomingMissing(state[Key.incoming] ?? live)
    }
    guard isOurs(incoming) else { throw DatabaseProblem.renamedMeanwhile(state[Key.incoming] ?? live) }
    if let seal = state[Key.seal], incoming == state[Key.incoming],
      try access.seal(of: incoming, oid: incomingOID) != seal
    {
      throw DatabaseProblem.cloneChanged(incoming)
    }
    if present == nil {
      try access.rename(incoming, to: live)
    } else {
      // Other sources may have taken long since it was checked.
      if checked.map({ MonotonicTime.now - $0 > 1 }) ?? true {
        try access.checkSwappable(incoming: incoming, live: live)
      }
      try access.swap(incoming: incoming, live: live, aside: aside)
    }
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    guard let state else {
      // Killed while building: the name shows which database is ours.
      if document == nil { return [] }
      return [buildingName, stagedName].flatMap(access.dropIfPossible)
    }
    guard let live = state[Key.live], let incoming = state[Key.incoming], let aside = state[Key.aside],
      let liveOID = state[Key.liveOID], let incomingOID = state[Key.incomingOID]
    else { return [] }
    try requireOwn(state)
    var notes: [String] = []
    if try access.oid(of: live) == incomingOID {
      // It was live for a while, and another session may have written to it, so it is not dropped.
      var kept = incoming
      if document != nil { kept = access.derivedName(.givenUp, token: context.token) }
      if liveOID.isEmpty {
        try access.rename(live, to: kept)
      } else if try access.oid(of: aside) == liveOID {
        try access.checkSwappable(incoming: aside, live: live)
        try access.swap(incoming: aside, live: live, aside: kept)
      }
      notes.append("the restored database, which was in use for a moment, is kept as \(kept)")
    } else if state[Key.isMade] != nil, try access.oid(of: incoming) == incomingOID {
      notes += access.dropIfPossible(incoming)
    }
    return try notes + takeBack(live, liveOID, from: aside)
  }

  /// Makes sure that the previously live database has its name and is open, as far as possible if databases were renamed
  /// meanwhile.
  private func takeBack(_ live: String, _ oid: String, from aside: String) throws -> [String] {
    if oid.isEmpty { return [] }
    let present = try access.oid(of: live)
    if present == oid {
      try access.reopen(live)
    } else if try access.oid(of: aside) == oid {
      guard present == nil else { throw DatabaseProblem.renamedMeanwhile(live) }
      try access.rename(aside, to: live)
    } else {
      let name = try access.name(ofOID: oid)
      return [
        name.map { "another session has renamed the database \(live) meanwhile: it is called \($0)" }
          ?? "another session has dropped the database \(live) meanwhile"
      ]
    }
    return []
  }

  func unrestored(_ state: RestoreState) -> [Unrestored] { Unrestored.decoded(state[Key.unrestored]) }

  func finish(_ state: RestoreState) throws -> [String] {
    let notes = (state[Key.notes] ?? "").split(separator: "\n").map(String.init)
    guard let aside = state[Key.aside], state[Key.liveOID] != "" else { return notes }
    return notes + ["the replaced database is kept as \(aside) for undo"]
  }
}

// What a data source that is a database on a server can do beside being recorded and restored: keep what a rollback
// moved aside, and hold the same contents twice, which proofs and warm clones live from.

import ChunkStore

package protocol DatabaseSource: DataSource {
  /// Whether checkpoints record it; otherwise it is only a place to restore to.
  var isRecorded: Bool { get }
  /// “shop on localhost:5432”, never with a password.
  var label: String { get }
  /// Whether contents that a rollback moved aside are still there.
  func isHeld(_ retained: RetainedDatabase) throws -> Bool
  /// Copies contents that a rollback moved aside into the store.
  /// - Returns: nil when they are not there any more.
  func secure(
    _ retained: RetainedDatabase, into session: ChunkSession, progress: any ProgressReporter
  ) throws -> SecuredDatabase?
  /// Gives the place of contents up that were moved aside and secured.
  /// - Parameter seal: as it was when they were secured.
  /// - Returns: false where somebody has been in there since, so that nothing was dropped.
  func release(_ retained: RetainedDatabase, seal: String) throws -> Bool

  /// Restores a record beside everything that is in use, compares it with what was recorded, and gives the place up.
  /// - Returns: what differs, and what comes back otherwise; nil for the rows of a part, which are no database.
  func prove(
    _ record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> (problems: [String], remarks: [String])?
  /// Restores a record beside everything that is in use, compares it, and leaves it open for programs that try it.
  func openScratch(
    of record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> ScratchAttempt
  /// Makes a database that holds what the record holds, and closes it to everybody.
  /// - Parameters:
  ///   - mayCopy: whether the live database may be copied on its server where it holds the same still.
  ///   - note: called before the clone can be told from others, and again when it is whole.
  /// - Returns: nil for a part of a database, which comes back into what is there.
  func makeClone(
    of record: SourceRecord, in store: Store, mayCopy: Bool, progress: any ProgressReporter,
    note: (WarmClone) throws -> Void
  ) throws -> WarmClone?
  func condition(of clone: WarmClone) throws -> WarmClone.Condition
  /// Drops a clone. One that is gone, or has another's name by now, is left alone.
  func drop(_ clone: WarmClone) throws
  /// Removes half-made databases of processes that are dead.
  func dropAbandoned() throws
  /// Bytes that are free on the disk where the server keeps its databases; nil where that cannot be seen from here.
  func freeBytes() throws -> Int?
}

/// A copy of what was retained, and the seal of the original at that time.
package struct SecuredDatabase: Sendable {
  package var record: SourceRecord
  package var seal: String

  package init(record: SourceRecord, seal: String) { (self.record, self.seal) = (record, seal) }
}

/// What came of restoring a record for a trial.
package enum ScratchAttempt {
  case open(any ScratchDatabase)
  /// The record does not come back as it was; nothing is left of the attempt.
  case failed([String], seconds: Double)
  /// Something of here and now is in the way, such as missing rights, and says nothing about the record.
  case impossible(String)
}

/// A restored database that nothing live depends on. It is there until `close`; that of a dead process is dropped by
/// `dropAbandoned`.
package protocol ScratchDatabase {
  var database: String { get }
  /// Seconds that restoring took, in which rows are compared, and then the comparison of everything else.
  var restoreSeconds: Double { get }
  var compareSeconds: Double { get }
  /// What the live database takes now; nil where there is none.
  var liveByteCount: Int? { get }
  /// Whether a warm clone can be made of what was restored here.
  var canBeCloned: Bool { get }
  /// What of it will not be as a rollback would leave it, for people.
  var limits: [String] { get }
  /// Why programs cannot be led to it; nil where they can.
  var unreachable: String? { get }

  /// Those of the environment's variables that name the live database, and those by which it was found, with values
  /// that lead here. Values may hold passwords.
  func variables(replacing environment: [String: String]) -> [String: String]
  /// The contents of an `.env` file whose lines name this database instead of the live one; nil where none does.
  func redirecting(_ file: [UInt8]) -> [UInt8]?
  /// The text without the passwords that lead here.
  func masking(_ text: String) -> String
  /// Drops it.
  func close() throws
}

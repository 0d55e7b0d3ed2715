// Where the work stands, as JSON.

import Checkpoints
import FileSystem
import Formatting
import Operations

struct StatusReport: Encodable {
  struct Database: Encodable {
    /// Only in the text.
    var noun: String
    var name: String
    var label: String
    var byteCount: Int?
    var recordedByteCount: Int?
    var problem: String?
    /// What will not be possible with it.
    var limits: [String]?

    private enum CodingKeys: CodingKey { case name, label, byteCount, recordedByteCount, problem, limits }
  }

  struct Retained: Encodable {
    var database: String
    var rescue: String
  }

  var last: String?
  var lastAgeSeconds: Int?
  var checkpoints: Int
  var branch: String?
  var commit: String?
  var dirty: Int
  var changedFiles: Int?
  var commitsMoved: Bool?
  var databases: [Database]
  /// Databases that earlier checkpoints hold and that are not found now.
  var missingDatabases: [String]?
  /// Variables that say where a server is, and not which database is the project's.
  var notTaken: String?
  var storeBytes: Int
  var freeBytes: Int
  var pending: String?
  var retained: [Retained]
  var givenUp: [String]
  /// Made on the way and not dropped.
  var left: [String]?
  /// What the background worker is doing.
  var background: String?
  /// What went wrong there the last time.
  var backgroundFailure: String?
  var warm: [String]
  var notWarm: String?
  /// What is to be said of how the last checkpoint comes back.
  var reservation: String?

  init(_ standing: ProjectStanding) {
    func age(_ moment: Timestamp) -> Int { standing.now.secondsSinceEpoch - moment.secondsSinceEpoch }
    func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: "; ") }
    last = standing.last?.id.description
    lastAgeSeconds = standing.last.map { age($0.createdAt) }
    checkpoints = standing.checkpointCount
    (branch, commit) = (standing.branch, standing.commit?.description)
    (dirty, changedFiles) = (standing.dirtyCount, standing.changedFileCount)
    commitsMoved = standing.hasCommitMoved
    databases = standing.sources.map { source in
      Database(
        noun: source.noun, name: source.name, label: source.label, byteCount: source.byteCount,
        recordedByteCount: source.recordedByteCount, problem: source.problem,
        limits: source.limits.isEmpty ? nil : source.limits)
    }
    missingDatabases = standing.missingSources.isEmpty ? nil : standing.missingSources
    notTaken = standing.unnamed
    (storeBytes, freeBytes) = (standing.storeByteCount, standing.freeByteCount)
    pending = standing.pending?.summary
    retained = standing.retained.map { .init(database: $0.database.database, rescue: "\($0.rescue.id)") }
    givenUp = standing.givenUp
    left = standing.leftovers.isEmpty ? nil : standing.leftovers.map(LeftoverText.line)
    background = standing.background.joinedOrNil
    backgroundFailure =
      standing.backgroundFailures.map { failure in
        "\(failure.job), \(Format.age(age(failure.at))): \(oneLine(failure.reason))"
      }.joinedOrNil
    warm = standing.warm.map(\.description)
    notWarm = standing.notWarm.map { "\($0.id): \(oneLine($0.reason))" }
    reservation = standing.reservation
  }
}

extension [String] {
  /// In one line; nil if there is nothing.
  fileprivate var joinedOrNil: String? { isEmpty ? nil : joined(separator: "; ") }
}

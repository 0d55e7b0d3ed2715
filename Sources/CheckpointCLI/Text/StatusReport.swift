// Where the work stands, as JSON.

struct StatusReport: Encodable {
  struct Database: Encodable {
    var name: String
    var label: String
    var byteCount: Int?
    var recordedByteCount: Int?
    var problem: String?
    /// What will not be possible with it.
    var limits: [String]?
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
}

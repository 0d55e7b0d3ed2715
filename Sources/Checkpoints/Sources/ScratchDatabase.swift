// A restored copy for programs to try.

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

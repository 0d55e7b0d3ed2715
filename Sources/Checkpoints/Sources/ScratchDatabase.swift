// A database restored for a trial, which nothing live depends on. It exists until `close`; if its process dies,
// `dropAbandoned` drops it.

package protocol ScratchDatabase {
  var database: String { get }
  /// Seconds that restoring took, including the comparison of rows, and seconds that the comparison of everything else took.
  var restoreSeconds: Double { get }
  var compareSeconds: Double { get }
  /// The present size of the live database; nil if there is none.
  var liveByteCount: Int? { get }
  /// Whether a warm clone can be made from it.
  var canBeCloned: Bool { get }
  /// How it differs from what a rollback would leave, for people.
  var limits: [String] { get }
  /// Why programs cannot be redirected to it; nil if they can.
  var unreachable: String? { get }

  /// The variables of the environment that name the live database, or by which it was found, with values that lead here
  /// instead. Values may contain passwords.
  func variables(replacing environment: [String: String]) -> [String: String]
  /// The contents of an `.env` file with lines that name this database instead of the live one; nil if no line does.
  func redirecting(_ file: [UInt8]) -> [UInt8]?
  /// The text without the passwords that lead here.
  func masking(_ text: String) -> String
  /// Drops it.
  func close() throws
}

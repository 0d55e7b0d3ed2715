// Runs a script's statements one after another. Some fail on this server though stock tools can restore the rest: settings
// of newer servers, foreign keys that rows violate, functions that find names by the search_path. Each of these is tried in
// another way, and reported.

import Postgres

final class StatementRunner {
  private static let savepoint = "checkpoint_statement"

  private let connection: Connection
  /// “line 7 of the script”, or where else the statement comes from.
  private let place: (ScriptStatement) -> String
  private let note: (String) -> Void
  /// The search_path of a new session of this database and role.
  private let standardPath: String
  /// Remarks that were made once and need not be repeated for every statement.
  private var reported: Set<String> = []

  /// - Precondition: the session has the settings that it began with.
  init(
    _ connection: Connection, standardPath: String, place: @escaping (ScriptStatement) -> String,
    note: @escaping (String) -> Void
  ) throws {
    (self.connection, self.standardPath, self.place, self.note) = (connection, standardPath, place, note)
  }

  func run(_ statement: ScriptStatement) throws {
    // In a transaction of the script, an error would abort it.
    let isProtected = connection.isInTransaction && statement.hasOtherWay
    if isProtected { try connection.execute("SAVEPOINT \(Self.savepoint)") }
    do { try connection.execute(script: statement.text) } catch let error as DatabaseError {
      guard !error.isCancelled, statement.hasOtherWay else { throw error }
      if isProtected { try connection.execute("ROLLBACK TO SAVEPOINT \(Self.savepoint)") }
      try runOtherwise(statement, error)
    }
    if isProtected { try connection.execute("RELEASE SAVEPOINT \(Self.savepoint)") }
  }

  /// Rows cannot be sent twice. So if the script has emptied the search path, the standard one is used at once: all names in
  /// the script are then qualified, and functions of check constraints find theirs.
  func copy(_ statement: ScriptStatement, _ rows: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void)
    throws
  {
    let path = try connection.searchPath()
    if path.isEmpty && !standardPath.isEmpty { try setPath(standardPath) }
    try connection.copyIn(statement: statement.text, rows)
    if path.isEmpty && !standardPath.isEmpty { try setPath(path) }
  }

  private func runOtherwise(_ statement: ScriptStatement, _ error: DatabaseError) throws {
    if statement.isSetting && error.isUndefinedObject {
      return noteOnce(
        statement.brief, statement, "left out, because this server has no such setting: \(statement.brief)")
    }
    if statement.isStatistics && error.isUndefinedFunction {
      return noteOnce(
        "statistics", statement, "left out, because this server takes no statistics from a dump")
    }
    if statement.isExtensionComment && error.isPermission {
      return noteOnce(
        "extension", statement, "left out, because only its owner may do it: \(statement.brief)")
    }
    if statement.isForeignKey && error.isForeignKeyViolation {
      return try addUnchecked(statement, error)
    }
    guard error.isUndefinedName, try runUnderStandardPath(statement) else { throw error }
  }

  // MARK: The search path

  /// - Returns: whether the statement succeeded there.
  private func runUnderStandardPath(_ statement: ScriptStatement) throws -> Bool {
    let path = try connection.searchPath()
    if path == standardPath { return false }
    try setPath(standardPath)
    defer { try? setPath(path) }
    let isProtected = connection.isInTransaction
    do { try connection.execute(script: statement.text) } catch let error as DatabaseError
      where !error.isCancelled
    {
      if isProtected { try connection.execute("ROLLBACK TO SAVEPOINT \(Self.savepoint)") }
      return false
    }
    noteOnce(
      "path", statement, "run under the search_path “\(standardPath)”, by which its functions find names")
    return true
  }

  private func noteOnce(_ what: String, _ statement: ScriptStatement, _ text: String) {
    if reported.insert(what).inserted { note("\(place(statement)): \(text)") }
  }

  private func setPath(_ path: String) throws { try connection.setSearchPath(path, ofSession: true) }

  // MARK: Foreign keys

  private func addUnchecked(_ statement: ScriptStatement, _ error: DatabaseError) throws {
    guard let key = statement.addedConstraint else { throw error }
    let places = try UncheckedForeignKey.add(
      to: key.table, key.addition, on: connection, protected: connection.isInTransaction)
    note("\(place(statement)): \(UncheckedForeignKey.remark(error, places))")
  }
}

extension ScriptStatement {
  /// Whether there is another way if it fails.
  var hasOtherWay: Bool {
    isSetting || isStatistics || isExtensionComment
      || ["CREATE", "ALTER", "REFRESH", "INSERT"].contains(words.first)
  }

  var isSetting: Bool {
    ["SET", "RESET"].contains(words.first) || words.first == "SELECT" && words.contains("SET_CONFIG")
  }

  /// Before version 14, pg_dump wrote one for plpgsql as well.
  var isExtensionComment: Bool { words.prefix(3).elementsEqual(["COMMENT", "ON", "EXTENSION"]) }

  /// Written by pg_dump since version 18.
  var isStatistics: Bool {
    words.first == "SELECT" && words.contains { $0.hasPrefix("PG_RESTORE_") && $0.hasSuffix("_STATS") }
  }

  var isForeignKey: Bool {
    words.first == "ALTER" && zip(words, words.dropFirst()).contains { $0 == "FOREIGN" && $1 == "KEY" }
  }

  /// Its first words, for people.
  var brief: String {
    let shown = String(decoding: text.prefix(200), as: UTF8.self)
    let line = shown.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 60 ? line.prefix(59) + "…" : line
  }

  /// The table and what is added to it, as pg_dump writes `ALTER TABLE [ONLY] … ADD CONSTRAINT …`; nil for other forms.
  var addedConstraint: (table: [UInt8], addition: [UInt8])? {
    let word = Array("ADD CONSTRAINT ".utf8)
    guard var end = text.lastIndex(where: { $0 > 0x20 }) else { return nil }
    if text[end] == UInt8(ascii: ";") { end -= 1 }
    let whole = text[...end]
    guard let addition = whole.firstRange(of: word)?.lowerBound else { return nil }
    for start in ["ALTER TABLE ONLY ", "ALTER TABLE "] where whole.starts(with: start.utf8) {
      let table = whole[(whole.startIndex + start.utf8.count)..<addition]
      guard let last = table.lastIndex(where: { $0 > 0x20 }) else { return nil }
      return (Array(table[...last]), Array(whole[addition...]))
    }
    return nil
  }
}

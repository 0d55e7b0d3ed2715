// Runs a plain SQL script in a database of our own, as psql would, but refuses everything that reaches outside: programs,
// files, other databases and the server as a whole.

import Postgres

struct ScriptRun {
  private static let batchBytes = 1 << 18

  /// The connection of the role that the script runs as.
  let connection: Connection
  /// Runs what such a role cannot do; nil if it is the user's own role.
  var granted: GrantedStatements?
  let leavesOwnersOut: Bool
  let leavesPrivilegesOut: Bool
  /// The search_path of a new session of the user.
  let standardPath: String
  /// Whether pg_restore writes the script during the run: then its lines are in no file that the user could look at.
  var isOfArchive = false
  /// Receives what was left out or done differently.
  var note: (String) -> Void = { _ in }

  func run(_ pull: @escaping () throws -> [UInt8]) throws {
    // The session as psql would have it; the script sets what it needs.
    try connection.execute(
      "RESET ALL; SET statement_timeout = 0; SET lock_timeout = 0; SET standard_conforming_strings = on;"
        + " SET synchronous_commit = off; SET client_encoding = 'UTF8'")
    let place = Self.place(isOfArchive: isOfArchive)
    let runner = try StatementRunner(connection, standardPath: standardPath, place: place, note: note)
    let script = ScriptReader(pull)
    var batch = ScriptStatement(words: ["INSERT"])
    var (connected, hasContents): (String?, Bool) = (nil, false)
    func flush() throws {
      if !batch.text.isEmpty { try execute(batch, runner) }
      batch = ScriptStatement(words: ["INSERT"])
    }
    while let item = try script.next() {
      guard case .statement(let statement) = item else {
        if case .command(let command, let line) = item {
          try check(command, line)
          if ["connect", "c"].contains(command.prefix { !$0.isWhitespace }) {
            // It follows the creation of the database and its settings. A second one leads to another database.
            if hasContents || (connected ?? command) != command {
              throw ImportProblem.severalDatabases(line: line)
            }
            connected = command
          }
        }
        continue
      }
      try check(statement)
      if try isLeftOut(statement) || granted?.takes(statement) == true { continue }
      hasContents = hasContents || !["SET", "SELECT"].contains(statement.words.first)
      if statement.words.starts(with: ["SET", "STANDARD_CONFORMING_STRINGS"]) {
        script.hasPlainBackslashes = !statement.words.contains("OFF")
      }
      // Only INSERT statements are numerous and alike, so only they are batched; an error of any other names its statement.
      if statement.words.first != "INSERT" || batch.text.count > Self.batchBytes { try flush() }
      if statement.isCopyIn {
        try copy(statement, script, runner)
      } else if statement.words.first == "INSERT" {
        // A long one is sent without being copied.
        if batch.text.isEmpty {
          (batch.line, batch.text) = (statement.line, statement.text)
        } else {
          batch.text += statement.text
        }
      } else {
        try execute(statement, runner)
      }
    }
    try flush()
    let isPrepared = try !PreparedTransaction.all(in: connection.databaseName, connection).isEmpty
    if connection.isInTransaction || isPrepared { throw ImportProblem.openTransaction }
    try granted?.finish()
  }

  /// `\restrict` and its end only tell psql to obey no other commands, and `\connect` follows the creation of a database,
  /// which ours replaces.
  private func check(_ command: String, _ line: Int) throws {
    let name = command.prefix { !$0.isWhitespace }
    guard ["restrict", "unrestrict", "connect", "c"].contains(name) else {
      throw ImportProblem.psqlCommand(String(command.prefix(60)), line: line)
    }
  }

  /// Refuses changes to anything but the database that the script runs in.
  private func check(_ statement: ScriptStatement) throws {
    let words = statement.words
    let isRole =
      ["ROLE", "USER", "GROUP"].contains(words.dropFirst().first) && words.dropFirst(2).first != "MAPPING"
    let isSystem = ["TABLESPACE", "SYSTEM"].contains(words.dropFirst().first)
    let isChange = ["CREATE", "ALTER", "DROP"].contains(words.first)
    let isCopyOut = words.first == "COPY" && !statement.isCopyIn
    // Without an object in the database it grants one role to another.
    let isMembership = ["GRANT", "REVOKE"].contains(words.first) && !statement.hasON
    if isCopyOut || isMembership || isChange && (isSystem || isRole && !words.contains("IN DATABASE")) {
      let text = String(decoding: statement.text.prefix(60), as: UTF8.self)
      throw ImportProblem.beyondDatabase(
        text.split(whereSeparator: \.isWhitespace).joined(separator: " "), line: statement.line)
    }
  }

  /// Whether a statement is left out: those about the database as a whole refer to another one, and the user can ask to
  /// leave some out.
  private func isLeftOut(_ statement: ScriptStatement) -> Bool {
    let words = statement.words
    let isOfDatabase =
      ["CREATE", "ALTER", "DROP"].contains(words.first) && words.dropFirst().first == "DATABASE"
    if isOfDatabase || words.contains("ON DATABASE") || words.contains("IN DATABASE") { return true }
    if leavesOwnersOut {
      if words.first == "ALTER" && words.contains("OWNER TO") { return true }
      if words.starts(with: ["SET", "SESSION", "AUTHORIZATION"]) { return true }
    }
    return leavesPrivilegesOut
      && (["GRANT", "REVOKE"].contains(words.first)
        || words.starts(with: ["ALTER", "DEFAULT", "PRIVILEGES"]))
  }

  static func place(isOfArchive: Bool) -> (ScriptStatement) -> String {
    { isOfArchive ? "the archive" : "line \($0.line) of the script" }
  }

  private func execute(_ statement: ScriptStatement, _ runner: StatementRunner) throws {
    do { try runner.run(statement) } catch let error as DatabaseError { throw problem(error, statement) }
  }

  private func copy(
    _ statement: ScriptStatement, _ script: ScriptReader, _ runner: StatementRunner
  ) throws {
    do {
      let rows: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void = { try script.copyRows($0) }
      if try granted?.copy(statement, rows) != true { try runner.copy(statement, rows) }
    } catch let error as DatabaseError {
      var error = error
      error.operation = "run “\(statement.brief)”"
      throw problem(error, statement)
    }
  }

  private func problem(_ error: DatabaseError, _ statement: ScriptStatement) -> any Error {
    if error.isCancelled { return error }
    let place = Self.place(isOfArchive: isOfArchive)(statement)
    if granted != nil && error.isPermission {
      return ImportProblem.lacksRights(place: place, message: "\(error)")
    }
    return ImportProblem.missingRole(in: error.message) ?? .statement(place: place, message: "\(error)")
  }
}

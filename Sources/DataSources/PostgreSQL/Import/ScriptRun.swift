// Runs a plain SQL script in a database of our own, as psql would, but for what reaches out of it: programs, files,
// other databases and the server as a whole.

import FileSystem
import Glibc
import Postgres

package enum ImportProblem: Error, Sendable, CustomStringConvertible {
  case unknownFile(BytePath)
  case foreignFile(BytePath, ForeignFile)
  case notText(line: Int)
  case unterminated(line: Int)
  case cutShort(line: Int)
  case cutArchive(BytePath)
  case psqlCommand(String, line: Int)
  case beyondDatabase(String, line: Int)
  /// “line 7 of the script”
  case statement(place: String, message: String)
  /// The same, if a role with rights could do it.
  case lacksRights(place: String, message: String)
  case openTransaction
  case severalDatabases(line: Int)
  case missingRole(String)
  case remotePrograms(BytePath)
  /// The archive, and the version of pg_dump that wrote it, if that can be read.
  case newerArchive(BytePath, major: Int?)
  /// A role that the script acts as.
  case otherSession(String, line: Int)
  case lateExtension(place: String)
  case doubtfulExtension(String, place: String)
  /// Descriptions of objects.
  case runsByItself([String])
  /// What, and where it begins.
  case tooLong(String, line: Int)
  /// Something in an archive.
  case tooLarge(String, BytePath)
  /// A path in an archive that no system call takes.
  case longName(BytePath, in: BytePath)
  /// Why it cannot be restored without rights, and whose rights it would have.
  case needsTrust(reason: String, rights: String)
  case declined
  /// What is otherwise on the server than it was before the import.
  case changedServer([String])

  package var description: String {
    switch self {
    case .unknownFile(let path): "\(path) is none of the files that can be imported"
    case .foreignFile(let path, let file): "\(path) cannot be imported: it is \(file.name)"
    case .notText(let line): "the script is no text (a zero byte on line \(line))"
    case .unterminated(let line): "the script ends inside of what begins on line \(line)"
    case .cutShort(let line): "the dump that begins on line \(line) of the script is not complete"
    case .cutArchive(let path): "the archive \(path) is not complete"
    case .psqlCommand(let command, let line):
      "the script has a command of psql on line \(line), which is not run: \\\(command)"
    case .beyondDatabase(let statement, let line):
      "the script changes more than its database on line \(line): \(statement)"
    case .statement(let place, let message), .lacksRights(let place, let message): "\(place): \(message)"
    case .openTransaction: "the script begins a transaction and does not end it, so what it did is lost"
    case .severalDatabases(let line): "the script goes on with another database on line \(line)"
    case .missingRole(let role): "the role “\(role)” of the dump does not exist on this server"
    case .newerArchive(let path, let major):
      "\(path) was written by \(major.map { "pg_dump \($0)" } ?? "a newer pg_dump"), which no pg_restore here can read"
    case .otherSession(let role, let line):
      "the script acts as the role “\(role)” on line \(line), which a role without rights cannot do"
    case .lateExtension(let place): "\(place): an extension comes after what it could be misled by"
    case .doubtfulExtension(let name, let place):
      "\(place): the extension \(name) can reach more than its database, or is not known here"
    case .runsByItself(let names):
      "functions of the file would run with your rights as soon as its database is read: "
        + names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    case .tooLong(let what, let line): "\(what) of the script are too long, on line \(line)"
    case .tooLarge(let what, let path): "\(what) in \(path) is too long"
    case .longName(let name, let path):
      "\(path) has a path of \(name.bytes.count) bytes, and \(PATH_MAX - 1) are possible: "
        + "\(BytePath(name.bytes.prefix(60)))…"
    case .needsTrust(let reason, let rights):
      "the file cannot be restored without rights, because \(reason); it would be run with those of \(rights)"
    case .declined: "nothing was imported"
    case .changedServer(let differences):
      "the server is not as it was before the import: "
        + differences.prefix(10).joined(separator: "; ") + (differences.count > 10 ? "; …" : "")
    case .remotePrograms(let path): "\(path) cannot be read by pg_restore where it runs"
    }
  }

  /// What PostgreSQL's programs and its server say of a role that is missing.
  static func missingRole(in message: String) -> ImportProblem? {
    guard let start = message.firstRange(of: "role \""),
      let end = message[start.upperBound...].firstRange(of: "\" does not exist")
    else { return nil }
    return .missingRole(String(message[start.upperBound..<end.lowerBound]))
  }
}

struct ScriptRun {
  private static let batchBytes = 1 << 18

  /// Of the role that the script is run as.
  let connection: Connection
  /// What such a role cannot do; nil if it is the user's own.
  var granted: GrantedStatements?
  let leavesOwnersOut: Bool
  let leavesPrivilegesOut: Bool
  /// What a session of the user's own begins with.
  let standardPath: String
  /// Whether pg_restore writes the script while it runs: then its lines are in no file that people could look at.
  var isOfArchive = false
  /// Told what was left out or done otherwise.
  var note: (String) -> Void = { _ in }

  func run(_ pull: @escaping () throws -> [UInt8]) throws {
    // As psql finds a session; the script sets what it needs.
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
            // It follows the making of the database, and its settings. Another one is another database's.
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
      // Only rows are many and alike; of all else an error names the statement.
      if statement.words.first != "INSERT" || batch.text.count > Self.batchBytes { try flush() }
      if statement.isCopyIn {
        try copy(statement, script, runner)
      } else if statement.words.first == "INSERT" {
        // One that is long goes on its way without being copied.
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

  /// `\restrict` and its end only tell psql to obey no others, and `\connect` follows the making of a database, in the
  /// place of which there is ours.
  private func check(_ command: String, _ line: Int) throws {
    let name = command.prefix { !$0.isWhitespace }
    guard ["restrict", "unrestrict", "connect", "c"].contains(name) else {
      throw ImportProblem.psqlCommand(String(command.prefix(60)), line: line)
    }
  }

  /// Nothing of the server may change but the database that the script is run in.
  private func check(_ statement: ScriptStatement) throws {
    let words = statement.words
    let isRole =
      ["ROLE", "USER", "GROUP"].contains(words.dropFirst().first) && words.dropFirst(2).first != "MAPPING"
    let isSystem = ["TABLESPACE", "SYSTEM"].contains(words.dropFirst().first)
    let isChange = ["CREATE", "ALTER", "DROP"].contains(words.first)
    let isCopyOut = words.first == "COPY" && !statement.isCopyIn
    // On nothing in the database: of one role in another.
    let isMembership = ["GRANT", "REVOKE"].contains(words.first) && !statement.hasON
    if isCopyOut || isMembership || isChange && (isSystem || isRole && !words.contains("IN DATABASE")) {
      let text = String(decoding: statement.text.prefix(60), as: UTF8.self)
      throw ImportProblem.beyondDatabase(
        text.split(whereSeparator: \.isWhitespace).joined(separator: " "), line: statement.line)
    }
  }

  /// Statements about the database as a whole are about another one; and what was asked to be left out.
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

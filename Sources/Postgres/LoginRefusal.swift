// Why a server refused a log-in. libpq passes on its words, and no SQLSTATE, so the words are read; those of a server that
// speaks another language are asked for once more in the form that has only the state.

import CPostgres

enum ConnectionFailure {
  /// - Returns: the SQLSTATE; nil for words that are not known.
  static func state(of message: String) -> String? {
    states.first { words, _ in words.allSatisfy(message.contains) }?.state
  }

  private static let states: [(words: [String], state: String)] = [
    (["role \"", "does not exist"], "28000"),
    (["database \"", "does not exist"], "3D000"),
    (["permission denied for database"], "42501"),
    (["not currently accepting connections"], "55000"),
    (["too many connections for"], "53300"),
    (["too many clients"], "53300"),
    (["connection slots are reserved"], "53300"),
    (["no pg_hba.conf entry"], "28000"),
    (["pg_hba.conf rejects"], "28000"),
    (["not permitted to log in"], "28000"),
    (["authentication failed"], "28P01"),
    (["no password supplied"], "28P01"),
    (["the database system is"], "57P03"),
  ]

  /// No server has spoken at all.
  private static let silences = [
    "could not connect", "Connection refused", "No such file or directory", "could not translate host name",
    "timeout expired", "Connection timed out", "No route to host", "Network is unreachable",
  ]

  /// Connects again to hear the state, unless no server was there to say one.
  /// - Returns: nil if it could not be learned. The handle may be connected afterwards.
  static func ask(_ handshake: Handshake, after message: String) -> String? {
    if silences.contains(where: message.contains) { return nil }
    PQsetErrorVerbosity(handshake.handle, PQERRORS_SQLSTATE)
    defer { PQsetErrorVerbosity(handshake.handle, PQERRORS_DEFAULT) }
    return handshake.run(.again).flatMap(lastState)
  }

  /// The state at the end of `FATAL:  53300`, whatever language the severity is in.
  static func lastState(in message: String) -> String? {
    let last = message.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
    let isState =
      last.utf8.count == 5 && last.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    return isState ? last : nil
  }
}

extension String {
  /// What programs of PostgreSQL say when the server gives them no connection.
  package var isAboutTooManyConnections: Bool { ConnectionFailure.state(of: self) == "53300" }
}

extension DatabaseError {
  /// The server has no room for another connection: of the role, of the database, or at all.
  package var isTooManyConnections: Bool { sqlState == "53300" }
  /// A database that was closed to everybody.
  package var isClosedDatabase: Bool { sqlState == "55000" }
  /// pg_hba.conf, a role that may not log in, or a password.
  package var isNotLetIn: Bool { sqlState == "28000" || sqlState == "28P01" }
}

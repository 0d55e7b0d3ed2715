// Why a server refused a log-in. libpq passes on its message without the SQLSTATE, so the message is examined. If it is in
// another language, we connect once more, with messages that contain only the state.

import CPostgres

enum LoginRefusal {
  /// - Returns: the SQLSTATE; nil for an unknown message.
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

  /// Messages of libpq when no server has answered.
  private static let silences = [
    "could not connect", "Connection refused", "No such file or directory", "could not translate host name",
    "timeout expired", "Connection timed out", "No route to host", "Network is unreachable",
  ]

  /// Connects again to learn the state, unless no server had answered.
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
  /// Whether this is a message of one of PostgreSQL's programs that the server had no connection left.
  package var isAboutTooManyConnections: Bool { LoginRefusal.state(of: self) == "53300" }
}

extension DatabaseError {
  /// The limit of connections is reached: of the role, of the database, or of the server.
  package var isTooManyConnections: Bool { sqlState == "53300" }
  /// The database does not allow connections.
  package var isClosedDatabase: Bool { sqlState == "55000" }
  /// The server refused the log-in: by pg_hba.conf, because the role may not log in, or because of the password.
  package var isNotLetIn: Bool { sqlState == "28000" || sqlState == "28P01" }
}

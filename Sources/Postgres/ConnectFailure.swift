// Why a connection failed, as far as libpq's message shows it, and what the user can do about it.

package enum ConnectFailure: Sendable {
  /// No server listens there, or it does not answer.
  case unreachable
  case unknownHost
  case credentials
  case missingDatabase
  case noConnectionLeft
  case notReady
  case encryption
  case other

  private static let words: [(ConnectFailure, [String])] = [
    (.unknownHost, ["could not translate host name", "could not resolve host"]),
    (
      .credentials,
      [
        "password authentication failed", "no password supplied", "authentication failed",
        "no pg_hba.conf entry",
        "is not permitted to log in", "pg_hba.conf rejects",
      ]
    ),
    (
      .noConnectionLeft,
      [
        "too many clients", "too many connections", "connection slots are reserved",
        "connection limit exceeded",
      ]
    ),
    (
      .notReady,
      [
        "is starting up", "is shutting down", "in recovery mode", "not accepting connections",
        "not yet accepting",
      ]
    ),
    (.encryption, ["SSL", "certificate"]),
    (
      .unreachable,
      [
        "Connection refused", "No such file or directory", "timeout expired", "No route to host",
        "Network is unreachable", "server closed the connection", "Connection reset", "Connection timed out",
        "Host is down",
      ]
    ),
  ]

  init(_ error: DatabaseError) {
    let text = error.message
    if error.isMissingDatabase {
      self = .missingDatabase
    } else if text.contains("role \""), text.contains("does not exist") {
      self = .credentials
    } else {
      self = Self.words.first { $0.1.contains(where: text.contains) }?.0 ?? .other
    }
  }

  /// What to do about it.
  package var hints: [String] {
    switch self {
    case .unreachable: ["is the server running, and are host and port right?"]
    case .unknownHost: ["is the host's name right? Only other containers know a container's name"]
    case .credentials:
      ["are user and password right? A password comes from the address, PGPASSWORD or ~/.pgpass"]
    case .missingDatabase: []
    case .noConnectionLeft:
      ["end sessions that are not needed, or let checkpoint use fewer: git config checkpoint.jobs 1"]
    case .notReady: ["try again in a moment: the server is not ready"]
    case .encryption:
      ["sslmode in the address sets how the connection is secured; sslmode=disable turns that off"]
    case .other: []
    }
  }
}

extension DatabaseError {
  /// nil if the connection had been made before the error.
  package var connectFailure: ConnectFailure? { phase == .connecting ? ConnectFailure(self) : nil }
}

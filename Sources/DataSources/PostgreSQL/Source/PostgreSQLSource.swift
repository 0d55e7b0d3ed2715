// A PostgreSQL database of the project: its address, the limits for connecting, and the token of the operation that uses it.

import Checkpoints
import FileSystem
import Glibc
import Postgres

package struct PostgreSQLSource: Sendable {
  package static let typeName = "postgresql"

  package struct Limits: Sendable {
    /// Seconds.
    package var connect = 10.0
    package var lock = 10
    /// The number of connections that read or write rows in parallel.
    package var jobs = 4

    package init() {}

    package init(_ settings: Settings) throws {
      connect = Double(try settings[.connectTimeout])
      lock = try settings[.lockTimeout]
      jobs = try settings[.jobs]
    }
  }

  package let name: String
  package let type = Self.typeName
  package let located: LocatedDatabase
  package let limits: Limits
  let clock: any Clock
  /// The token of the operation that uses it; nil if there is none.
  let token: String?

  package init(_ located: LocatedDatabase, limits: Limits, clock: any Clock) {
    self.init(located, limits: limits, clock: clock, token: nil)
  }

  private init(_ located: LocatedDatabase, limits: Limits, clock: any Clock, token: String?) {
    (self.name, self.located, self.limits) = (located.name, located, limits)
    (self.clock, self.token) = (clock, token)
  }

  /// Names one operation's temporary databases and connections.
  func newToken() -> String { OperationToken.make(at: clock.now()) }

  /// The same source with connections that can be recognized on the server: those of a killed process exist until their
  /// statements end.
  func named(for token: String) -> PostgreSQLSource {
    var located = located
    located.parameters.values["application_name"] = "checkpoint \(token) \(name)"
    return PostgreSQLSource(located, limits: limits, clock: clock, token: token)
  }

  /// The same source with at most this number of workers, and at least one.
  func limited(to jobs: Int) -> PostgreSQLSource {
    var limits = limits
    limits.jobs = max(1, min(limits.jobs, jobs))
    return PostgreSQLSource(located, limits: limits, clock: clock, token: token)
  }

  /// The same source with another selection to be recorded.
  func recording(_ selection: DatabaseSelection) -> PostgreSQLSource {
    var located = located
    located.selection = selection
    return PostgreSQLSource(located, limits: limits, clock: clock, token: token)
  }

  /// A connection to the database itself.
  func connect() throws -> Connection {
    // A server still counts a session for a moment after it has ended.
    let connection = try ConnectionSupply.awaitingRoom(ConnectionSupply.shortPatience) {
      try Connection.open(located.parameters, timeout: limits.connect)
    }
    // A pooler returns a process number of its own.
    let process = try connection.query("SELECT pg_backend_pid()").first?[0]
    if process != "\(connection.processID)" { throw DatabaseProblem.pooled("\(located.parameters)") }
    return connection
  }
}

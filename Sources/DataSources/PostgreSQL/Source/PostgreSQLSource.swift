// A PostgreSQL database: where it is and how to reach it.

import Checkpoints
import FileSystem
import Glibc
import Postgres

package struct PostgreSQLSource: Sendable {
  package static let typeName = "postgresql"

  package struct Limits: Sendable {
    /// Seconds.
    package var connect = 10
    package var lock = 10
    /// Connections that read or write rows at the same time.
    package var jobs = 4

    package init() {}

    package init(_ settings: Settings) throws {
      connect = try settings[.connectTimeout]
      lock = try settings[.lockTimeout]
      jobs = try settings[.jobs]
    }
  }

  package let name: String
  package let type = Self.typeName
  package let located: LocatedDatabase
  package let limits: Limits
  let clock: any Clock
  /// Of the operation that it is used for; nil if none has a name.
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

  /// The same source with connections that can be told from all others on the server: those of a killed
  /// process live on until what they do is done.
  func named(for token: String) -> PostgreSQLSource {
    var located = located
    located.parameters.values["application_name"] = "checkpoint \(token) \(name)"
    return PostgreSQLSource(located, limits: limits, clock: clock, token: token)
  }

  /// The same source with no more workers than so many, and at least one.
  func limited(to jobs: Int) -> PostgreSQLSource {
    var limits = limits
    limits.jobs = max(1, min(limits.jobs, jobs))
    return PostgreSQLSource(located, limits: limits, clock: clock, token: token)
  }

  /// The same source, of which something else is recorded.
  func recording(_ selection: DatabaseSelection) -> PostgreSQLSource {
    var located = located
    located.selection = selection
    return PostgreSQLSource(located, limits: limits, clock: clock, token: token)
  }

  /// A connection to the database itself.
  func connect() throws -> Connection {
    // A server counts a session for moments after it has ended.
    let connection = try ConnectionSupply.awaitingRoom(ConnectionSupply.shortPatience) {
      try Connection.open(located.parameters, timeout: limits.connect)
    }
    // A pooler hands out a process number of its own.
    let process = try connection.query("SELECT pg_backend_pid()").first?[0]
    if process != "\(connection.processID)" { throw DatabaseProblem.pooled("\(located.parameters)") }
    return connection
  }
}

// Supplies connections to parallel workers. Roles, databases and servers have their own limits: if a server gives no further
// connection, there are fewer workers, but at least one.

import FileSystem
import Glibc
import Postgres
import Synchronization

final class ConnectionSupply: Sendable {
  /// The most seconds to wait for the only connection: a server still counts sessions that have just ended.
  private static let patience = 10.0
  /// The same if other users may really hold all connections: then waiting is of no use.
  static let shortPatience = 3.0
  private static let pauseMicroseconds: UInt32 = 50_000

  private let connect: @Sendable () throws -> Connection
  private let given = Atomic<Int>(0)

  init(_ connect: @escaping @Sendable () throws -> Connection) { self.connect = connect }

  /// - Returns: nil if the server gives no further connection and another worker has one.
  func spare() throws -> Connection? {
    let deadline = MonotonicTime.now + Self.patience
    while true {
      do {
        let connection = try connect()
        given.add(1, ordering: .relaxed)
        return connection
      } catch let error as DatabaseError where error.isTooManyConnections {
        if given.load(ordering: .relaxed) > 0 { return nil }
        if MonotonicTime.now > deadline { throw error }
      }
      try Interruption.check()
      usleep(Self.pauseMicroseconds)
    }
  }

  /// A connection that the work needs in any case.
  func needed() throws -> Connection { try Self.awaitingRoom { try connect() } }

  /// Repeats `body` as long as it fails because the server gives no further connection.
  /// - Parameter body: must change nothing before it is connected.
  static func awaitingRoom<Result>(
    _ seconds: Double = patience, _ body: () throws -> Result
  ) throws -> Result {
    let deadline = MonotonicTime.now + seconds
    while true {
      do { return try body() } catch {
        guard Self.isRefusal(error), MonotonicTime.now < deadline else { throw error }
      }
      try Interruption.check()
      usleep(pauseMicroseconds)
    }
  }

  private static func isRefusal(_ error: any Error) -> Bool {
    switch error {
    case let error as DatabaseError: error.isTooManyConnections
    case let error as SubprocessError: error.message.isAboutTooManyConnections
    default: false
    }
  }
}

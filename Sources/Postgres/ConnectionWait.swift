// Every wait for the server, in one place: libpq never blocks. Whoever waits sees the limits of `Patience`, a limit for the
// statement if it has one, and what has become of a cancellation.

import CPostgres
import FileSystem
import Glibc

extension Connection {
  /// Before each statement.
  func begin(_ operation: @autoclosure () -> String) throws(DatabaseError) {
    if !cancellation.settle(limit: Patience.afterSignal) {
      throw lose(operation(), "the server did not take a cancellation")
    }
    overdueSince = nil
    if shape.isBroken {
      throw DatabaseError(operation: operation(), message: "the server left out columns that were asked for")
    }
  }

  /// The next answer; nil after the last one of a statement.
  func nextResult(_ operation: @autoclosure () -> String) throws(DatabaseError) -> OpaquePointer? {
    while PQisBusy(handle) == 1 {
      try wait(for: POLLIN, operation())
      if PQconsumeInput(handle) != 1 { break }
    }
    return PQgetResult(handle)
  }

  /// Gives the server what libpq still holds.
  func flush(_ operation: @autoclosure () -> String) throws(DatabaseError) {
    while true {
      let left = PQflush(handle)
      if left == 0 { return }
      if left < 0 { throw DatabaseError(operation: operation(), message: lastMessage) }
      let ready = try wait(for: POLLIN | POLLOUT, operation())
      // A server that has something to say first takes nothing more.
      if ready & Int16(POLLIN) != 0 { PQconsumeInput(handle) }
    }
  }

  /// - Returns: what the socket is ready for.
  @discardableResult
  func wait(for events: Int32, _ operation: @autoclosure () -> String) throws(DatabaseError) -> Int16 {
    var (since, failedTries) = (MonotonicTime.now, 0)
    while true {
      var event = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      let isReady = poll(&event, 1, 250) != 0
      let now = MonotonicTime.now
      if let deadline, now > deadline { throw lose(operation(), "timeout expired") }
      let cancelled = cancellation.time
      // What was on its way already may still come.
      if let cancelled, now - cancelled > (isReady ? Patience.afterSignal : Patience.afterCancellation) {
        throw lose(operation(), "the server went on with a statement that was cancelled")
      }
      // Nor does one that cannot be cancelled, for cleaning up, send anything for long.
      if Interruption.isRequested { overdueSince = overdueSince ?? now }
      if isReady, let overdueSince, now - overdueSince > Patience.overdue {
        throw lose(operation(), "the server does not come to an end")
      }
      if isReady { return event.revents }
      if deadline != nil { continue }
      let isEnding = cancelled != nil || Interruption.wasSignalled
      guard now - since > (isEnding ? Patience.afterSignal : patience.silence) else { continue }
      failedTries = isThere ? 0 : failedTries + 1
      if failedTries >= (isEnding ? 1 : patience.tries) {
        throw lose(operation(), "the server does not answer any more")
      }
      since = MonotonicTime.now
    }
  }

  /// Whether the server answers a new session, be it by a refusal.
  private var isThere: Bool {
    let limit = Interruption.wasSignalled ? Int(Patience.afterSignal) : patience.tryLimit
    do { _ = try Connection.open(parameters, timeout: limit) } catch {
      return !error.message.contains("timeout expired")
    }
    return true
  }

  /// Ends the connection, which cannot be told apart from one that the server has ended.
  func lose(_ operation: String, _ message: String) -> DatabaseError {
    shutdown(PQsocket(handle), Int32(SHUT_RDWR))
    // An error that comes of the user's wish to stop is told as that.
    return DatabaseError(
      sqlState: Interruption.wasSignalled ? "57014" : "", operation: operation, message: message)
  }
}

// The only place that waits for the server; libpq itself never blocks. Each wait obeys the limits of `Patience`, the
// statement's own limit if it has one, and the limits that apply after a cancellation.

import CPostgres
import FileSystem
import Glibc

extension Connection {
  /// Called before each statement.
  func begin(_ operation: @autoclosure () -> String) throws(DatabaseError) {
    if !cancellation.settle(limit: Patience.afterSignal) {
      throw lose(operation(), "the server did not accept the request to cancel a statement")
    }
    overdueSince = nil
    if shape.isBroken {
      throw DatabaseError(operation: operation(), message: "the server left out columns that were asked for")
    }
  }

  /// The next result; nil after the last one of a statement.
  func nextResult(_ operation: @autoclosure () -> String) throws(DatabaseError) -> OpaquePointer? {
    while PQisBusy(handle) == 1 {
      try wait(for: POLLIN, operation())
      if PQconsumeInput(handle) != 1 { break }
    }
    return PQgetResult(handle)
  }

  /// Sends what libpq has buffered.
  func flush(_ operation: @autoclosure () -> String) throws(DatabaseError) {
    while true {
      let left = PQflush(handle)
      if left == 0 { return }
      if left < 0 { throw DatabaseError(operation: operation(), message: lastMessage) }
      let ready = try wait(for: POLLIN | POLLOUT, operation())
      // A server that wants to send something first reads nothing more until we have read that.
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
      // What the server had sent already may still arrive.
      if let cancelled, now - cancelled > (isReady ? Patience.afterSignal : Patience.afterCancellation) {
        throw lose(operation(), "the server went on with a statement that was cancelled")
      }
      // A statement that is not cancelled, because it cleans up, must not go on sending for long either.
      if Interruption.isRequested { overdueSince = overdueSince ?? now }
      if isReady, let overdueSince, now - overdueSince > Patience.overdue {
        throw lose(operation(), "the server does not stop sending")
      }
      if isReady { return event.revents }
      if deadline != nil { continue }
      let isEnding = cancelled != nil || Interruption.wasRequested
      guard now - since > (isEnding ? Patience.afterSignal : patience.silence) else { continue }
      failedTries = isThere ? 0 : failedTries + 1
      if failedTries >= (isEnding ? 1 : patience.tries) {
        throw lose(operation(), "the server does not answer any more")
      }
      since = MonotonicTime.now
    }
  }

  /// Whether the server answers a new session, even if it refuses it.
  private var isThere: Bool {
    let limit = Interruption.wasRequested ? Patience.afterSignal : Double(patience.tryLimit)
    do { _ = try Connection.open(parameters, timeout: limit) } catch {
      return !error.message.contains("timeout expired")
    }
    return true
  }

  /// Shuts the connection down. From then on, libpq treats it as if the server had ended it.
  func lose(_ operation: String, _ message: String) -> DatabaseError {
    shutdown(PQsocket(handle), Int32(SHUT_RDWR))
    // If the user has asked to stop, the error says that it was cancelled.
    return DatabaseError(
      sqlState: Interruption.wasRequested ? "57014" : "", operation: operation, message: message)
  }
}

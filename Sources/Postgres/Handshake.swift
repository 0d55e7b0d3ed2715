// The way to a session, step by step, so that a limit of time holds whatever the server sends meanwhile: libpq's own one is
// only looked at while nothing comes.

import CPostgres
import FileSystem
import Glibc

struct Handshake {
  enum Step {
    case begin
    /// The same connection once more.
    case again
  }

  let handle: OpaquePointer
  /// For each of the addresses that the host's name stands for; nil for no limit.
  let limit: Double?

  /// What libpq makes of `connect_timeout`: it counts whole seconds and at least two, and none or less is no limit.
  static func limit(_ text: String?) -> Double? {
    guard let seconds = text.flatMap({ Int($0) }) else { return nil }
    return seconds <= 0 ? nil : Double(max(2, seconds))
  }

  /// - Returns: why there is no session; nil if there is one.
  func run(_ step: Step) -> String? {
    if step == .again && PQresetStart(handle) != 1 || PQstatus(handle) == CONNECTION_BAD {
      return lastMessage
    }
    var (status, address, start) = (PGRES_POLLING_WRITING, self.address, MonotonicTime.now)
    var hasTimedOut = false
    while status != PGRES_POLLING_OK {
      if status == PGRES_POLLING_FAILED {
        return hasTimedOut ? "\(lastMessage): timeout expired" : lastMessage
      }
      if self.address != address { (address, start) = (self.address, MonotonicTime.now) }
      if let limit = presentLimit, MonotonicTime.now - start > limit {
        guard PQstatus(handle) == CONNECTION_STARTED, !hasTimedOut else { return silence }
        // An address that does not answer at all: libpq goes on to the next one once the socket has failed.
        (hasTimedOut, start) = (true, MonotonicTime.now)
        shutdown(PQsocket(handle), Int32(SHUT_RDWR))
      }
      let events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT
      var event = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      if poll(&event, 1, 100) != 0 {
        status = step == .begin ? PQconnectPoll(handle) : PQresetPoll(handle)
      }
    }
    return nil
  }

  /// The user who has asked to stop waits no longer than it takes.
  private var presentLimit: Double? {
    Interruption.wasSignalled ? min(limit ?? Patience.afterSignal, Patience.afterSignal) : limit
  }

  private var address: String {
    [PQhost(handle), PQhostaddr(handle), PQport(handle)].map { $0.map { String(cString: $0) } ?? "" }
      .joined(separator: " ")
  }

  private var lastMessage: String { DatabaseError.oneLine(String(cString: PQerrorMessage(handle))) }

  private var silence: String {
    let host = PQhost(handle).map { String(cString: $0) } ?? ""
    let port = PQport(handle).map { String(cString: $0) } ?? ""
    let words = "connection to server at \"\(host)\", port \(port) failed: timeout expired"
    // libpq has begun to say it already, after what it says of earlier addresses.
    if lastMessage.hasSuffix("failed:") { return "\(lastMessage) timeout expired" }
    return lastMessage.isEmpty ? words : "\(lastMessage); \(words)"
  }
}

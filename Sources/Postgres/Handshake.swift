// Connects step by step, so that the time limit holds whatever the server sends: libpq checks its own limit only while
// nothing arrives.

import CPostgres
import FileSystem
import Glibc

struct Handshake {
  enum Step {
    case begin
    /// Connects once more with the same parameters.
    case again
  }

  let handle: OpaquePointer
  /// In seconds, for each address that the host's name resolves to; nil for no limit.
  let limit: Double?

  /// The limit as libpq understands `connect_timeout`: whole seconds, at least 2; zero or less means no limit.
  static func limit(_ text: String?) -> Double? {
    guard let seconds = text.flatMap({ Int($0) }) else { return nil }
    return seconds <= 0 ? nil : Double(max(2, seconds))
  }

  /// - Returns: the reason if there is no session; nil if there is one.
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
        // This address does not answer at all. Once the socket has failed, libpq tries the next one.
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

  /// Once the user has asked to stop, the limit is shorter.
  private var presentLimit: Double? {
    Interruption.wasRequested ? min(limit ?? Patience.afterSignal, Patience.afterSignal) : limit
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
    // libpq's message has already begun with this address, after those of earlier ones.
    if lastMessage.hasSuffix("failed:") { return "\(lastMessage) timeout expired" }
    return lastMessage.isEmpty ? words : "\(lastMessage); \(words)"
  }
}

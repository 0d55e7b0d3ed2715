// The journal of systemd, which gets the log's entries, too, if the user wants that. Its protocol:
// https://systemd.io/JOURNAL_NATIVE_PROTOCOL/

import FileSystem
import Git
import Glibc

package struct SystemJournal: Sendable {
  private let worktree: BytePath

  private static let path = "/run/systemd/journal/socket"

  package static var isHere: Bool { FileTree.exists(BytePath(path)) }

  package init(_ location: RepositoryLocation) { worktree = location.worktree }

  /// - Parameter seconds: how long a journal that does not read is waited for. Without it, nothing is waited for.
  package func send(_ entry: OperationEntry, waiting seconds: Int = 0) throws(SystemError) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError(operation: "reach", path: BytePath(Self.path)) }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let message = message(entry)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Self.path.utf8) }
    let flags = Int32(MSG_NOSIGNAL | (seconds > 0 ? 0 : MSG_DONTWAIT))
    let count = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        sendto(descriptor, message, message.count, flags, address, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if count < 0 { throw SystemError(operation: "write to", path: BytePath(Self.path)) }
  }

  // MARK: The message

  private func message(_ entry: OperationEntry) -> [UInt8] {
    let subject = entry.checkpoint.map { " \($0)" } ?? ""
    let priority = entry.outcome.isSuccess ? "6" : "3"
    let fields: [(name: String, value: [UInt8]?)] = [
      ("MESSAGE", Array("\(entry.operation)\(subject): \(entry.outcome)".utf8)),
      ("PRIORITY", Array(priority.utf8)),
      ("SYSLOG_IDENTIFIER", Array("checkpoint".utf8)), ("CHECKPOINT_PROJECT", worktree.bytes),
      ("CHECKPOINT_AT", Array(entry.at.iso8601.utf8)),
      ("CHECKPOINT_OPERATION", Array("\(entry.operation)".utf8)),
      ("CHECKPOINT_ID", entry.checkpoint.map { Array($0.utf8) }),
      ("CHECKPOINT_KIND", entry.kind.map { Array($0.utf8) }),
      ("CHECKPOINT_CAUSE", entry.cause.map { Array($0.utf8) }),
      ("CHECKPOINT_SECONDS", Array("\(entry.seconds)".utf8)),
      ("CHECKPOINT_RESULT", Array("\(entry.outcome)".utf8)),
    ]
    return fields.flatMap { name, value in value.map { Self.field(name, $0) } ?? [] }
  }

  /// Longer values would not fit into one datagram.
  private static let limit = 16 << 10

  /// With its length, because a value may have line feeds.
  private static func field(_ name: String, _ value: [UInt8]) -> [UInt8] {
    let value = value.prefix(limit)
    let length = withUnsafeBytes(of: UInt64(value.count).littleEndian) { Array($0) }
    return Array(name.utf8) + [0x0A] + length + value + [0x0A]
  }
}

// The journal of systemd, which gets the log's entries, too, if the user wants that. Its protocol:
// https://systemd.io/JOURNAL_NATIVE_PROTOCOL/

import FileSystem
import Glibc

package struct SystemJournal: Sendable {
  private let worktree: BytePath

  private static let path = "/run/systemd/journal/socket"

  package static var isHere: Bool { FileTree.exists(BytePath(path)) }

  /// - Returns: nil if the user does not want that, or the setting makes no sense, which the command itself reports.
  init?(_ project: Project) {
    guard (try? project.settings[.journald]) == true else { return nil }
    worktree = project.location.worktree
  }

  /// The log itself has the entry, so a journal that is not there or does not read is no failure, and is not waited for.
  func send(_ entry: OperationEntry) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let message = message(entry)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Self.path.utf8) }
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = sendto(
          descriptor, message, message.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL), address,
          socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  // MARK: The message

  private func message(_ entry: OperationEntry) -> [UInt8] {
    let subject = entry.checkpoint.map { " \($0)" } ?? ""
    let priority = entry.outcome.isSuccess ? "6" : "3"
    let fields: [(name: String, value: [UInt8]?)] = [
      ("MESSAGE", Array("\(entry.operation)\(subject): \(entry.outcome)".utf8)),
      ("PRIORITY", Array(priority.utf8)),
      ("SYSLOG_IDENTIFIER", Array("checkpoint".utf8)), ("CHECKPOINT_PROJECT", worktree.bytes),
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

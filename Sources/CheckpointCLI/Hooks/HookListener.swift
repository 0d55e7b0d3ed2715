// The front's end of the pipe between the two processes of a hook.

import FileSystem
import FoundationEssentials
import Glibc

struct HookListener {
  enum Event {
    case message(HookMessage)
    case timedOut
    case closed
  }

  private let input: OpenFile
  private var buffer: [UInt8] = []

  init(_ input: OpenFile) { self.input = input }

  /// Waits for the next message.
  /// - Throws: `Interrupted`.
  mutating func next(until deadline: Double) throws -> Event {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = Data(buffer[..<end])
        buffer.removeSubrange(...end)
        if let message = try? JSONDecoder().decode(HookMessage.self, from: line) { return .message(message) }
        continue
      }
      try Interruption.check()
      let left = deadline - MonotonicTime.now
      if left <= 0 { return .timedOut }
      var watched = pollfd(fd: input.descriptor, events: Int16(POLLIN), revents: 0)
      // In short steps, so that Ctrl-C is heard.
      guard poll(&watched, 1, Int32(min(left * 1000, 100).rounded(.up))) > 0 else { continue }
      var piece = [UInt8](repeating: 0, count: 1 << 14)
      let count = read(input.descriptor, &piece, piece.count)
      if count <= 0 { return .closed }
      buffer += piece[..<count]
    }
  }
}

// A child whose output is read piece by piece, at the reader's pace. Its input is written and its
// standard error collected on threads of their own, so no full pipe can stop both sides.

import Glibc
import Synchronization

package final class PipedReader {
  private let process: Subprocess
  private let child: Child
  private let message: Pending<String>
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
  private var unread = 0..<0
  private var isReaped = false

  package init(_ process: Subprocess, input: [UInt8]) throws {
    self.process = process
    let child = try process.spawn()
    self.child = child
    let source = child.input
    child.releaseInput()
    Threads.detach {
      guard let source else { return }
      _ = fcntl(source.descriptor, F_SETFL, 0)
      // A child that ends early tells why by its exit code.
      try? SystemFileOperations().write(input, to: source)
    }
    let errors = child.errors
    message = Pending {
      var collected: [UInt8] = []
      try errors.forEachPiece(of: 4096) { collected = (collected + $0).suffix(8192) }
      return Subprocess.text(collected)
    }
  }

  deinit {
    if !isReaped { child.kill() }
    buffer.deallocate()
  }

  /// False at the end of the output.
  private func fill() throws -> Bool {
    if !unread.isEmpty { return true }
    let count = try Interruption.withCanceller({ [child] in child.terminate() }) {
      try check("read from \(process.label)") { read(child.output.descriptor, buffer.baseAddress, buffer.count) }
    }
    try Interruption.check()
    unread = 0..<count
    return count > 0
  }

  /// The next bytes, at least one, valid until the next call.
  /// - Throws: the child's own failure when the output ends here.
  package func piece(atMost limit: Int) throws -> UnsafeRawBufferPointer {
    guard try fill() else { throw try failure() }
    let piece = unread.prefix(limit)
    unread = unread.dropFirst(piece.count)
    return UnsafeRawBufferPointer(rebasing: buffer[piece])
  }

  /// The bytes before the next newline, which is taken as well.
  package func line() throws -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let byte = try piece(atMost: 1)[0]
      if byte == 0x0A { return line }
      line.append(byte)
    }
  }

  /// Waits for the child and checks that it ended well.
  package func finish() throws {
    isReaped = true
    _ = try process.code(of: child.wait(), accepting: [0], message: message.get())
  }

  private func failure() throws -> any Error {
    do { try finish() } catch { return error }
    return SubprocessError(command: process.label, reason: .failed(status: 0), message: "its output ended early")
  }
}

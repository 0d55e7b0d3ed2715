// A failed system call: what was attempted, on what, and the kernel's reason.

import Glibc

package struct SystemError: Error, Sendable, CustomStringConvertible {
  package var code: Int32
  package var operation: String
  package var path: BytePath?
  /// Used instead of the system's text for the code.
  private var words: String?

  package init(code: Int32 = errno, operation: String, path: BytePath? = nil, words: String? = nil) {
    self.code = code
    self.operation = operation
    self.path = path
    self.words = words
  }

  package var reason: String { words ?? String(cString: strerror(code)) }

  package var description: String {
    path.map { "cannot \(operation) \($0): \(reason)" } ?? "cannot \(operation): \(reason)"
  }

  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  /// The file system is read-only, or the user may not write there.
  package var isNotWritable: Bool { code == EROFS || code == EACCES || code == EPERM }
  package var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }
}

/// Calls `body`, again if a signal interrupts it, and turns the result -1 into an error.
@discardableResult
func check<Number: SignedInteger>(
  _ operation: @autoclosure () -> String, _ path: @autoclosure () -> BytePath? = nil, _ body: () -> Number
) throws(SystemError) -> Number {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw SystemError(code: code, operation: operation(), path: path()) }
  }
}

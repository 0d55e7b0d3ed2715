// Whether the process that made a temporary file is still running.

import Glibc

/// The number of a process in a file's name or text, which shows who made the file.
package enum ProcessMark {
  /// Whether no process has this number any more. One of another user counts as alive.
  package static func isDead(_ process: pid_t) -> Bool { kill(process, 0) == -1 && errno == ESRCH }
}

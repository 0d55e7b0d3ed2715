// Files that name the process which made them.

import Glibc

/// Whose process a file is, by the number in its name or text.
enum ProcessMark {
  static func isDead(_ process: pid_t) -> Bool { kill(process, 0) == -1 && errno == ESRCH }
}

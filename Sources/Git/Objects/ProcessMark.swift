// Whether the process that made a file is still running.

import Glibc

/// The number of a process in a file's name or text, which shows who made the file.
enum ProcessMark {
  static func isDead(_ process: pid_t) -> Bool { kill(process, 0) == -1 && errno == ESRCH }
}

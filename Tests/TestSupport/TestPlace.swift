// Where tests keep their files: in memory if there is enough, because they are for no longer than the tests, and what waits for
// a disk would wait for all of that. What a test is about stays: the program flushes what it must, wherever it is.

import FileSystem
import Glibc

package enum TestPlace {
  package static let path: BytePath = {
    let memory: BytePath = "/dev/shm"
    var status = statvfs()
    let isUsable = memory.withCString { statvfs($0, &status) == 0 && access($0, W_OK | X_OK) == 0 }
    // ST_NOEXEC of <sys/statvfs.h>: tests start programs that they have written, and a server loads libraries.
    let mayRunPrograms = status.f_flag & 8 == 0
    return isUsable && mayRunPrograms && status.f_bavail * status.f_bsize > 6 << 30 ? memory : "/tmp"
  }()
}

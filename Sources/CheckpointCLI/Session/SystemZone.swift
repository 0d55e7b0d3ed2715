// The machine's time zone, by which cron and systemd go, whatever TZ says in the user's shell.

import Glibc

package enum SystemZone {
  /// From now on, local time is the machine's in this process.
  package static func use() {
    unsetenv("TZ")
    tzset()
  }
}

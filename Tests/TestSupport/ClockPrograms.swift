// What begins scheduled jobs, and what checks that it would: Debian's cron, systemd-analyze, Kubernetes' schema.

import FileSystem
import Glibc

package enum ClockPrograms {
  /// `scripts/test` names the directory in which Debian's package of cron is unpacked.
  package static let cron = ProcessEnvironment.variables["CHECKPOINT_TEST_CRON"].map { BytePath($0) }
  /// `scripts/test` names the program `kubernetes-validate` from PyPI.
  package static let kubernetes = ProcessEnvironment.variables["CHECKPOINT_TEST_KUBERNETES"].map {
    BytePath($0)
  }
  package static let systemd: BytePath? =
    FileTree.exists("/usr/bin/systemd-analyze") ? "/usr/bin/systemd-analyze" : nil

  /// A crontab belongs to the machine, so it is another one in a namespace of mounts, which only root can make.
  package static let hasCron =
    cron != nil && Faketime.isInstalled && geteuid() == 0
    && (try? Program.run(["unshare", "-m", "true"]))?.code == 0
}

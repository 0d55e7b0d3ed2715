// `checkpoint remote`: places where copies of checkpoints are kept.

import Formatting
import Operations

extension Command {
  static let remote = Command(
    name: "remote",
    summary: "name places for copies of checkpoints: another disk, or a share that is mounted",
    details: """
      A remote is a directory. It has everything that its checkpoints need, git's history included, in
      packs of some 16 MiB, and several machines can push to one at the same time. Nothing in it is ever
      changed, and every file is checked by its name when it is read.
      """,
    examples: ["checkpoint remote add backup /mnt/backup/shop", "checkpoint remote show"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ).with(subcommands: [.remoteAdd, .remoteList, .remoteShow, .remoteRemove])
}

/// An option of commands that need a remote.
extension SharedOptions {
  static let remote = Option.value("--remote", as: "NAME", help: "which one, if there are several")
}

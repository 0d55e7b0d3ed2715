// Git's lock files, left by git processes that were killed together with an operation which had started them. Git itself
// never removes one, because it cannot know; here the journal tells since when it can be ours, and the kernel, whether any
// git is still at work in the repository. One in a container of its own is not seen.

import FileSystem
import Glibc

package enum AbandonedLocks {
  /// Removes locks that were made later than `moment`, once no git is at work here any more: one that the killed operation
  /// had started may be finishing.
  /// - Parameter branches: those that the operation moves.
  package static func remove(
    in location: RepositoryLocation, branches: [String], since moment: Timestamp, waiting seconds: Double = 10
  ) throws {
    let own = ["index.lock", "HEAD.lock"].map { location.gitDirectory.appending($0) }
    let shared = (["packed-refs.lock"] + branches.map { "refs/heads/\($0).lock" }).map {
      location.commonDirectory.appending($0)
    }
    let deadline = MonotonicTime.now + seconds
    for path in own + shared {
      while let status = try FileTree.status(path), status.owner == geteuid(), status.changedAt >= moment {
        if !isGitAtWork(in: location) {
          try FileTree.remove(path)
        } else if MonotonicTime.now > deadline {
          throw GitLocked(path: path)
        } else {
          usleep(10_000)
        }
      }
    }
  }

  /// Whether a process called git, or git-something, stands in the repository. Other users' are not told of, but theirs are
  /// not these locks.
  private static func isGitAtWork(in location: RepositoryLocation) -> Bool {
    let places = [location.worktree, location.gitDirectory, location.commonDirectory]
    let processes: BytePath = "/proc"
    return ((try? FileTree.list(processes)) ?? []).contains { name in
      guard let text = name.exactText, let process = pid_t(text), process != getpid() else { return false }
      let directory = processes.appending(name)
      guard let title = try? FileTree.readAll(directory.appending("comm")), title.starts(with: "git".utf8)
      else { return false }
      guard let place = try? FileTree.readLink(directory.appending("cwd")) else { return false }
      return places.contains { place.isInside($0) }
    }
  }
}

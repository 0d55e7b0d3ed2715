// Removes git's lock files if the git processes that made them were killed together with the operation that had started
// them. Git itself never removes such a file, because it cannot know who made it. Here, the journal says since when one can
// be ours, and the kernel whether a git process is still running in the repository. A process in another container is not
// seen.

import FileSystem
import Glibc

package enum AbandonedLocks {
  /// Removes locks that are not older than `moment`, once no git process is running here any more: one that the killed
  /// operation had started may still be finishing.
  /// - Parameter branches: the branches that the operation moves.
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

  /// Whether a process called git, or git-something, has its current directory in the repository. Those of other users are
  /// not found, but only locks of this user are removed.
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

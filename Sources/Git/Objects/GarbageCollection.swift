// Detects a `git gc --prune=now` that runs at the same time: it reads the refs, and later removes all objects that they did
// not lead to then, however new those are. Packs are safe from it if they have a `.keep` file, or if they are written after
// the refs that need them.

import FileSystem
import Glibc

enum GarbageCollection {
  /// After so many seconds, git itself assumes that the file's process is dead (builtin/gc.c).
  private static let limit = 12 * 3600

  /// Whether a garbage collection may be running, which may not have seen refs that are set now.
  static func isRunning(in commonDirectory: BytePath, _ worktree: BytePath) -> Bool {
    isMarked(in: commonDirectory) || hasProcess(in: [commonDirectory, worktree])
  }

  /// Looks for processes, because `git prune` and `git repack` make no file `gc.pid`.
  private static func hasProcess(in places: [BytePath]) -> Bool {
    let words: Set<BytePath> = ["gc", "prune", "repack", "maintenance"]
    return ((try? FileTree.list("/proc")) ?? []).contains { name in
      guard name.bytes.first.map({ (0x30...0x39).contains($0) }) == true else { return false }
      let process = BytePath("/proc").appending(name)
      guard FileTree.readIfRegular(process.appending("comm"), limit: 64) == Array("git\n".utf8),
        let arguments = FileTree.readIfRegular(process.appending("cmdline")),
        let place = try? FileTree.readLink(process.appending("cwd"))
      else { return false }
      return arguments.split(separator: 0).contains { words.contains(BytePath($0)) }
        && places.contains { place.isInside($0) }
    }
  }

  private static func isMarked(in commonDirectory: BytePath) -> Bool {
    let file = commonDirectory.appending("gc.pid")
    guard let status = try? FileTree.status(file) else { return false }
    if Int(status.modified.tv_sec) + limit < SystemClock().now().secondsSinceEpoch { return false }
    // `PID HOST`
    let words = String(decoding: FileTree.readIfRegular(file, limit: 1 << 10) ?? [], as: UTF8.self)
      .split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let process = pid_t(words[0]), words[1] == HostName.current else { return true }
    return !ProcessMark.isDead(process)
  }
}

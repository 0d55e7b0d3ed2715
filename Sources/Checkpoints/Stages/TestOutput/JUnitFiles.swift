// The JUnit files that a run has written, of those that `tests.junit` names. They are looked at before and after the run, so
// that no clock has to be trusted. Patterns are paths relative to the working tree, with `*` and `?` within a name and `**`
// for any directories. Links to directories are not followed.

import FileSystem
import Glibc

struct JUnitFiles {
  /// Limits, so that a pattern like `**` does not take forever.
  private static let directoryLimit = 20_000
  private static let fileLimit = 5_000
  private static let byteLimit = 256 << 20

  let patterns: [String]
  private let directory: BytePath
  private let before: [BytePath: FileStatus]

  /// Notes what is there before a run.
  init(_ patterns: [String], in directory: BytePath) {
    (self.patterns, self.directory) = (patterns, directory)
    before = Self.find(patterns, directory)
  }

  /// The counts of files that are new or have changed since.
  /// - Returns: nil if there are none, or none is JUnit XML.
  func counts() -> TestRun.Counts? {
    var (all, bytes): (TestRun.Counts?, Int) = (nil, 0)
    for (path, status) in Self.find(patterns, directory) where before[path] != status {
      bytes += status.byteCount
      guard bytes <= Self.byteLimit, let counts = Self.counts(in: path) else { continue }
      all = (all ?? .zero) + counts
    }
    return all
  }

  private static func counts(in path: BytePath) -> TestRun.Counts? {
    guard let file = try? OpenFile.open(path, flags: O_RDONLY | O_NONBLOCK | O_NOFOLLOW) else { return nil }
    var scanner = JUnitScanner()
    try? file.forEachPiece { scanner.take($0) }
    return scanner.counts
  }

  private static func find(_ patterns: [String], _ directory: BytePath) -> [BytePath: FileStatus] {
    var search = Search()
    for pattern in patterns {
      let path = BytePath(pattern)
      search.visit(path.isAbsolute ? "/" : directory, path.components.filter { $0 != "." }[...])
    }
    return search.found
  }

  private struct Search {
    var found: [BytePath: FileStatus] = [:]
    private var directoriesLeft = directoryLimit

    mutating func visit(_ directory: BytePath, _ pattern: ArraySlice<BytePath>) {
      guard let first = pattern.first, found.count < fileLimit else { return }
      let rest = pattern.dropFirst()
      if first == "**" {
        visit(directory, rest)
        for (name, status) in entries(of: directory) where status.kind == .directory && name != ".git" {
          visit(directory.appending(name), pattern)
        }
      } else if first.bytes.contains(where: { "*?[".utf8.contains($0) }) {
        for (name, status) in entries(of: directory) where Self.matches(first, name) {
          take(directory.appending(name), status, rest)
        }
      } else if let status = try? FileTree.status(directory.appending(first)) {
        take(directory.appending(first), status, rest)
      }
    }

    private mutating func take(_ path: BytePath, _ status: FileStatus, _ rest: ArraySlice<BytePath>) {
      if rest.isEmpty {
        if status.kind == .regular { found[path] = status }
      } else if status.kind == .directory {
        visit(path, rest)
      }
    }

    private mutating func entries(of directory: BytePath) -> [(BytePath, FileStatus)] {
      directoriesLeft -= 1
      guard directoriesLeft >= 0, let names = try? FileTree.list(directory) else { return [] }
      return names.compactMap { name in
        (try? FileTree.status(directory.appending(name))).flatMap { $0 }.map { (name, $0) }
      }
    }

    private static func matches(_ pattern: BytePath, _ name: BytePath) -> Bool {
      pattern.withCString { pattern in name.withCString { fnmatch(pattern, $0, FNM_PERIOD) == 0 } }
    }
  }
}

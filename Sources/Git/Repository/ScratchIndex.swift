// Temporary indexes next to git's own, for questions that git can answer about an index. They are named after the process,
// so that those of dead processes can be recognised and removed.

import FileSystem
import Glibc

package enum ScratchIndex {
  private static let prefix = "checkpoint-index-"

  /// Calls `body` with a function that runs git with a new, empty index.
  static func use<Result>(
    in location: RepositoryLocation,
    _ body: ((GitProgram, [BytePath], [UInt8]) throws -> [UInt8]) throws -> Result
  ) throws -> Result {
    let isWritable = location.gitDirectory.withCString { access($0, W_OK) } == 0
    let scratch = ScratchDirectory.parent(in: location.environment)
    let elsewhere = isWritable ? nil : try ScratchDirectory.make(prefix, in: scratch)
    let index = (elsewhere ?? location.gitDirectory).appending("\(prefix)\(getpid())")
    try FileTree.remove(index)
    defer { try? FileTree.remove(elsewhere ?? index) }
    return try body { git, arguments, input in
      var process = git.subprocess(arguments)
      process.indexFile = index
      return try process.output(input: input)
    }
  }

  /// A path for a temporary directory, which is removed together with the index if this process is killed.
  static func directory(in location: RepositoryLocation) -> BytePath {
    location.gitDirectory.appending("\(prefix)\(getpid()).files")
  }

  /// Removes the indexes of dead processes, with git's locks for them.
  package static func removeAbandoned(in location: RepositoryLocation) throws {
    for name in try FileTree.list(location.gitDirectory) {
      guard let text = name.exactText, text.hasPrefix(prefix),
        let process = pid_t(text.dropFirst(prefix.count).prefix { $0 != "." }),
        ProcessMark.isDead(process)
      else { continue }
      try FileTree.remove(location.gitDirectory.appending(name))
    }
  }
}

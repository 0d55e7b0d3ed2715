// Modes if git does not look at them (core.fileMode=false): what is on the disk comes back all the same, and
// what the index says stays as it is.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Modes that git does not look at")
struct FileModeTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    try repository.git("config", "core.fileMode", "false")
    for name in ["plain", "other", "dir/third"] as [BytePath] { try repository.write(name, "\(name)\n") }
    for name in ["run", "start"] as [BytePath] { try repository.write(name, "#!/bin/sh\n") }
    try repository.git("add", "--all")
    try repository.git("update-index", "--chmod=+x", "run", "start")
    try repository.git("commit", "--quiet", "--message", "first")
    for name in ["run", "start"] as [BytePath] { try FileTree.setPermissions(repository.path(name), 0o755) }
    #expect(try repository.git("status", "--porcelain") == "")
  }

  @Test("changed and untracked files come back with their modes, and the index keeps its own")
  func changed() throws {
    try repository.write("plain", "changed\n", permissions: 0o755)
    try repository.write("run", "#!/bin/sh\nchanged\n", permissions: 0o600)
    try repository.write("new", "untracked\n", permissions: 0o755)
    try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      try repository.remove("new")
      try repository.write("plain", "changed again\n", permissions: 0o644)
    }
    #expect(try repository.git("ls-files", "--stage", "plain").hasPrefix("100644 "))
    #expect(try repository.git("ls-files", "--stage", "run").hasPrefix("100755 "))
  }

  @Test("a mode that differs from the index's is no change, and comes back after another one")
  func modesAlone() throws {
    try FileTree.setPermissions(repository.path("other"), 0o600)
    try FileTree.setPermissions(repository.path("start"), 0o700)
    #expect(try repository.git("status", "--porcelain") == "")
    try trip.expectUnchanged {
      try FileTree.setPermissions(repository.path("other"), 0o644)
      try FileTree.setPermissions(repository.path("start"), 0o755)
      try repository.write("plain", "changed\n")
    }
  }

  @Test("the executable bit of a file that is not executable in the index, and the other way round")
  func executableBits() throws {
    try FileTree.setPermissions(repository.path("other"), 0o755)
    try FileTree.setPermissions(repository.path("start"), 0o644)
    #expect(try repository.git("status", "--porcelain") == "")
    try trip.expectUnchanged {
      try FileTree.setPermissions(repository.path("other"), 0o644)
      try FileTree.setPermissions(repository.path("start"), 0o755)
    }
    try repository.write("staged", "staged\n", permissions: 0o755)
    try repository.git("add", "staged")
    try trip.expectUnchanged {
      try repository.remove("other")
      try repository.remove("start")
      try repository.git("rm", "--quiet", "--force", "staged")
    }
  }
}

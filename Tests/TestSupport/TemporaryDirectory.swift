// A directory of a test's own, removed with everything in it when the test lets go of it. Its path is
// absolute and without links, so that it can be compared with what git and the kernel report.

import FileSystem
import Glibc

package final class TemporaryDirectory: Sendable {
  package let path: BytePath

  package init() throws {
    let chosen = ProcessEnvironment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : BytePath($0) }
    let parent = chosen ?? TestPlace.path
    var template = parent.appending("checkpoint-test-XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    guard mkdtemp(&template) != nil else {
      throw SystemError(operation: "make a temporary directory in", path: parent)
    }
    path = try FileTree.canonical(BytePath(template.dropLast().map { UInt8(bitPattern: $0) }))
  }

  deinit {
    Self.unlock(path)
    try? FileTree.remove(path)
  }

  package func appending(_ name: BytePath) -> BytePath { path.appending(name) }

  /// Writes a file and the directories above it.
  @discardableResult
  package func write(_ name: BytePath, _ bytes: [UInt8], permissions: UInt32 = 0o644) throws -> BytePath {
    let file = path.appending(name)
    try Self.write(file, bytes, permissions: permissions)
    return file
  }

  package static func write(_ file: BytePath, _ bytes: [UInt8], permissions: UInt32 = 0o644) throws {
    if let parent = file.parent { try FileTree.makeDirectories(parent, mode: 0o755) }
    let handle = try OpenFile.open(file, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    try SystemFileOperations().write(bytes, to: handle)
    try FileTree.setPermissions(file, permissions)
  }

  /// Tests that take rights away must not leave their directories behind.
  private static func unlock(_ directory: BytePath) {
    try? FileTree.setPermissions(directory, 0o700)
    for name in (try? FileTree.list(directory)) ?? [] {
      let inner = directory.appending(name)
      if (try? FileTree.status(inner))??.kind == .directory { unlock(inner) }
    }
  }
}

package enum BrokenPipes {
  /// The program ignores SIGPIPE from its first moment; a test process must do the same before it writes
  /// to children that may stop reading.
  package static let areIgnored: Bool = {
    signal(SIGPIPE, SIG_IGN)
    return true
  }()
}

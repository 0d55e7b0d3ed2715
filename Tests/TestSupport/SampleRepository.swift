// A repository in the middle of work: staged, unstaged, untracked, deleted, renamed, executable, linked and
// private files under names that are easily broken, and a scramble of all that.

import FileSystem
import Glibc

/// A directory that goes away with its owner.
package final class EndToEndDirectory: Sendable {
  package let path: BytePath

  package init(in place: BytePath = TestPlace.path) throws {
    var template = place.appending("cpwork.XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    guard mkdtemp(&template) != nil else { throw SystemError(operation: "make a directory in", path: place) }
    path = BytePath(template.dropLast().map { UInt8(bitPattern: $0) })
  }

  deinit { try? FileTree.remove(path) }
}

package struct SampleRepository: Sendable {
  package let top: BytePath
  private let program: CheckpointProgram

  /// A name with a space, a newline, quotes, a backslash, and one that is not UTF-8.
  package static let oddNames: [BytePath] = [
    "with space.txt", "new\nline.txt", "quo\"te's.txt", "back\\slash.txt", "-dash", "ünï.txt", ":(top)magic",
    "#hash*?[x]",
    BytePath([0x62, 0xE9, 0x74, 0x65, 0xFF, 0x2E, 0x74, 0x78, 0x74]),
  ]

  /// An empty repository on the branch `main`.
  package init(at top: BytePath, program: CheckpointProgram) throws {
    (self.top, self.program) = (top, program)
    try FileTree.makeDirectories(top, mode: 0o755)
    try program.git(["init", "-q", "-b", "main"], in: top)
    let settings = """
      [user]
      \tname = Dana Doe
      \temail = dana@example.org
      [advice]
      \tdetachedHead = false
      [gc]
      \tauto = 0
      [maintenance]
      \tauto = false

      """
    try SystemFileOperations().write(
      Array(settings.utf8), to: OpenFile.open(top.appending(".git/config"), flags: O_WRONLY | O_APPEND))
  }

  package init(existingAt top: BytePath, program: CheckpointProgram) {
    (self.top, self.program) = (top, program)
  }

  @discardableResult
  package func git(_ arguments: any BytePathConvertible..., accepting: Set<Int32> = [0]) throws
    -> ProgramResult
  {
    try program.git(arguments, in: top, accepting: accepting)
  }

  package func write(_ path: some BytePathConvertible, _ text: String, mode: UInt32 = 0o644) throws {
    try write(path, Array(text.utf8), mode: mode)
  }

  package func write(_ path: some BytePathConvertible, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
    let full = top.appending(path.bytePath)
    if let parent = full.parent { try FileTree.makeDirectories(parent, mode: 0o755) }
    try FileTree.remove(full)
    try SystemFileOperations().write(
      bytes, to: OpenFile.open(full, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600))
    try FileTree.setPermissions(full, mode)
  }

  package func link(_ path: BytePath, to target: BytePath) throws {
    let full = top.appending(path)
    if let parent = full.parent { try FileTree.makeDirectories(parent, mode: 0o755) }
    try FileTree.remove(full)
    try FileTree.makeLink(full, to: target)
  }

  package func remove(_ path: some BytePathConvertible) throws {
    try FileTree.remove(top.appending(path.bytePath))
  }

  package func read(_ path: some BytePathConvertible) throws -> String {
    String(decoding: try FileTree.readAll(top.appending(path.bytePath)), as: UTF8.self)
  }

  package func exists(_ path: some BytePathConvertible) -> Bool {
    FileTree.exists(top.appending(path.bytePath))
  }

  package func commit(_ message: String = "more") throws {
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", message)
  }

  // MARK: The sample

  /// Two commits of files of every kind, all clean.
  package func fill() throws {
    try write(".gitignore", ".env*\nbuild/\n*.log\n")
    try write("README.md", "# Shop\n\nA small shop.\n")
    for number in 1...5 { try write(BytePath("src/part\(number).txt"), "part \(number)\nsecond line\n") }
    try write("src/moved.txt", String(repeating: "a line that moves\n", count: 20))
    try write("src/deep/er/file.txt", "deep\n")
    try write("bin/run", "#!/bin/sh\n", mode: 0o755)
    try write("binary.dat", (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try write("crlf.txt", "one\r\ntwo\r\n")
    try write("no newline at end", "x")
    try write("nothing", "")
    try link("link", to: "README.md")
    try link("dangling", to: "no/such\nplace")
    for name in Self.oddNames { try write(BytePath("odd/".utf8 + name.bytes), "odd \(name)\n") }
    try commit("A shop")
    try write("src/part1.txt", "part 1\nsecond line\nthird line\n")
    try commit("A third line")
  }

  /// Work in progress of every kind on top of `fill`.
  package func work(databaseURL: String?) throws {
    try write("src/part1.txt", "staged\n")
    try git("add", "src/part1.txt")
    try write("src/part1.txt", "staged, then changed again\n")
    try write("src/part2.txt", "changed, not staged\n")
    try remove("src/part3.txt")
    try git("rm", "-q", "--cached", "src/part4.txt")
    try git("rm", "-q", "src/part5.txt")
    try git("mv", "src/moved.txt", "src/moved here.txt")
    try write("added.txt", "added\n")
    try git("add", "added.txt")
    try write("intended.txt", "intended\n")
    try git("add", "--intent-to-add", "intended.txt")
    try FileTree.setPermissions(top.appending("README.md"), 0o755)
    try FileTree.setPermissions(top.appending("crlf.txt"), 0o640)
    try FileTree.setPermissions(top.appending("bin/run"), 0o644)
    try link("link", to: "../elsewhere")
    try remove("nothing")
    try link("nothing", to: "binary.dat")
    for name in Self.oddNames { try write(BytePath("odd/".utf8 + name.bytes), "changed \(name)\n") }
    for name in Self.oddNames { try write(BytePath("new odd/".utf8 + name.bytes), "new \(name)\n") }
    try write("untracked/run me", "#!/bin/sh\n", mode: 0o755)
    try write("untracked/read only", "r\n", mode: 0o444)
    try write("untracked/group", "g\n", mode: 0o664)
    try link("untracked/link", to: "nowhere")
    try write("private.key", "-----BEGIN SECRET KEY-----\n", mode: 0o600)
    let url = databaseURL.map { "DATABASE_URL=\($0)\n" } ?? ""
    try write(".env", url + "SESSION_SECRET=correct-horse\n", mode: 0o600)
    try write("services/api/.env.local", "PORT=1\n", mode: 0o640)
    try write("build/output.o", "made again\n")
  }

  /// Breaks everything that `work` made, without a commit.
  package func scramble() throws {
    try git("reset", "-q")
    for path in ["src/part1.txt", "src/part2.txt"] { try write(BytePath(path), "broken\n") }
    try write("src/part3.txt", "back again\n")
    try remove("src/deep")
    try write("src/deep", "a file where a directory was\n")
    try remove("README.md")
    try write("README.md/now/a/directory", "x\n")
    try link("binary.dat", to: "crlf.txt")
    try remove("link")
    try write("link", "a file where a link was\n")
    try remove("odd")
    try remove("untracked")
    try remove("new odd")
    try write("later/file.txt", "came later\n")
    try write("later/secret", "came later\n", mode: 0o600)
    try write("private.key", "another\n", mode: 0o640)
    try write("added.txt", "not staged any more\n")
    try git("add", "later/file.txt")
    try remove("services")
    try write(".env", "SESSION_SECRET=wrong\n", mode: 0o644)
    try write(".env.later", "came later\n", mode: 0o600)
  }
}

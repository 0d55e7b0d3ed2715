// Tests about missing rights mean nothing to root, who has them all. If they are run by root, the program runs as
// another user, in directories that belong to that user.

import FileSystem
import Glibc

package enum Unprivileged {
  package static let whyNot = "this needs another user than root, or setpriv to become one"

  /// `nobody`, on every Linux.
  private static let user: uid_t = 65_534

  private static let prefix = "setpriv --reuid=\(user) --regid=\(user) --clear-groups"

  /// Found out by trying.
  package static let isPossible: Bool = {
    if geteuid() != 0 { return true }
    guard let directory = try? EndToEndDirectory() else { return false }
    var program = CheckpointProgram(home: directory.path, directory: directory.path)
    guard (try? adopt(&program, in: directory.path)) != nil else { return false }
    return (try? program.run(["--version"]))?.code == 0
  }()

  /// Makes the program run without root's rights, and gives everything below a directory to the user that it runs as.
  package static func adopt(_ program: inout CheckpointProgram, in directory: BytePath) throws {
    guard geteuid() == 0 else { return }
    // That user may have no right to read the directory where it was built.
    let copy = directory.appending("checkpoint")
    try Program.run(["cp", CheckpointProgram.binary, copy]).succeeded()
    let wrapper = directory.appending("as-nobody")
    let script = "#!/bin/sh\nexec \(prefix) \(copy) \"$@\"\n"
    try TemporaryDirectory.write(wrapper, Array(script.utf8), permissions: 0o755)
    program.binary = wrapper
    // The test itself goes on as root, in repositories that are not root's.
    try TemporaryDirectory.write(
      program.home.appending(".gitconfig"), Array("[safe]\n\tdirectory = *\n".utf8))
    try giveAway(directory)
  }

  /// What the test has written since belongs to root.
  package static func giveAway(_ directory: BytePath) throws {
    if geteuid() != 0 { return }
    try Program.run(["chown", "-R", "--no-dereference", BytePath("\(user):\(user)"), directory]).succeeded()
  }
}

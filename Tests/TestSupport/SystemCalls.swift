// Stops a program exactly before one of its system calls, with strace: so a kill hits every step that it takes, one after
// the other, instead of those that a clock happens to hit. Calls of the first thread only; that is the one that decides.

import FileSystem

package enum SystemCalls {
  package static let whyNot =
    "strace is not installed (apt-get install strace), or tracing is not permitted here (ptrace)"

  /// Found out by trying: containers often forbid it.
  package static let canBeTraced: Bool =
    (try? Program.run(["strace", "-o", "/dev/null", "-e", "inject=?exit_group:signal=SIGKILL", "true"]))?
    .signal == 9

  /// Those that change something that others can see: files, locks, the server, other programs. Not every machine has each
  /// of them.
  package static let changing = [
    "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat",
    "symlink", "symlinkat", "fsync", "sendto", "clone", "clone3", "vfork", "utimensat",
  ]

  /// - Parameters:
  ///   - paths: only calls that concern these; all by default.
  ///   - number: of the one before which the program is killed, from 1.
  package static func killing(
    before number: Int, of calls: [String], at paths: [BytePath] = []
  ) -> [BytePath] {
    let names = calls.map { "?\($0)" }.joined(separator: ",")
    return ["strace", "-o", "/dev/null", "-e", BytePath("trace=\(names)")] + paths.flatMap { ["-P", $0] }
      + ["-e", BytePath("inject=\(names):signal=SIGKILL:when=\(number)")]
  }

  /// Lets the first of these calls return late, as on a machine that is busy with something else.
  package static func delayingFirst(of calls: [String], seconds: Int) -> [BytePath] {
    let names = calls.map { "?\($0)" }.joined(separator: ",")
    return [
      "strace", "-o", "/dev/null", "-e", BytePath("trace=\(names)"), "-e",
      BytePath("inject=\(names):delay_exit=\(seconds * 1_000_000):when=1"),
    ]
  }

  /// Writes them all down in a file.
  package static func recording(_ calls: [String], in file: BytePath) -> [BytePath] {
    [
      "strace", "-o", file, "-s", "200", "-e",
      BytePath("trace=\(calls.map { "?\($0)" }.joined(separator: ","))"),
    ]
  }
}

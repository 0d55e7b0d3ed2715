// The script that cron and systemd call. They start programs with hardly any environment, so it has that of the moment in which it was
// written; it is a file, because a command line can be seen by all users of a machine.

import Checkpoints
import FileSystem

package struct ScheduleScript {
  private static let names: Set<String> = [
    "HOME", "PATH", "LANG", "LANGUAGE", "TMPDIR", "GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "DATABASE_URL",
    "DOCKER_HOST",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY",
    "NO_PROXY",
  ]
  private static let prefixes = ["LC_", "PG", "CHECKPOINT_"]

  private let plan: SchedulePlan
  private let variables: [(name: String, value: String)]

  /// - Parameters:
  ///   - named: further variables, which the settings name.
  ///   - isOfSystem: whether another user may run it, whose home is elsewhere.
  package init(
    _ plan: SchedulePlan, environment: [String: String], named: Set<String>, isOfSystem: Bool = false
  ) {
    self.plan = plan
    variables = environment.sorted { $0.key < $1.key }.compactMap { name, value in
      let isWanted =
        Self.names.contains(name) || named.contains(name) || Self.prefixes.contains(where: name.hasPrefix)
      let isOther = isOfSystem && ["HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"].contains(name)
      return isWanted && !isOther && Self.isIdentifier(name) ? (name, value) : nil
    }
  }

  /// Those whose values it has.
  package var names: [String] { variables.map(\.name) }

  private static func isIdentifier(_ name: String) -> Bool {
    let letters = name.utf8
    return letters.first.map { !(0x30...0x39).contains($0) } == true
      && letters.allSatisfy { byte in
        byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte)
      }
  }

  package var bytes: [UInt8] {
    var text = Array(
      """
      #!/bin/sh
      # Written by “checkpoint schedule install”, with the environment of that moment.
      cd 
      """.utf8)
    text += Self.quoted(plan.worktree.bytes) + Array(" || exit\n".utf8)
    for (name, value) in variables {
      text += Array("export \(name)=".utf8) + Self.quoted(Array(value.utf8)) + [0x0A]
    }
    return text + Array("exec ".utf8) + Self.quoted(plan.program.bytes) + Array(" schedule run \"$@\"\n".utf8)
  }

  /// As one word of a shell.
  static func quoted(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    [0x27] + bytes.flatMap { $0 == 0x27 ? Array("'\\''".utf8) : [$0] } + [0x27]
  }
}

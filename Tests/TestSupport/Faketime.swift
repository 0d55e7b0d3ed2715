// Runs the program at another time than now.

import FileSystem

package enum Faketime {
  private static let program: BytePath = "/usr/bin/faketime"

  package static var isInstalled: Bool { FileTree.exists(program) }
  package static let whyNot = "faketime is not installed (apt-get install faketime)"
}

extension CheckpointProgram {
  /// - Parameters:
  ///   - time: as faketime takes it: a moment, or from now, such as `+90m`.
  ///   - directory: where a script is put that starts it.
  package func at(_ time: String, in directory: BytePath) throws -> CheckpointProgram {
    let script = directory.appending("at-that-time")
    let option = time.hasPrefix("+") || time.hasPrefix("-") ? "-f " : ""
    let text = "#!/bin/sh\nexec /usr/bin/faketime \(option)'\(time)' '\(binary)' \"$@\"\n"
    try TemporaryDirectory.write(script, Array(text.utf8), permissions: 0o755)
    var program = self
    program.binary = script
    return program
  }
}

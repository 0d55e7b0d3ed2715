// What belongs to the process and not to one operation: its environment and its directory. Only the command line reads them, and
// hands them down as values; a server works for several projects at once.

import FileSystem
import Testing

@Suite("Rules for what belongs to the process")
struct ProcessRuleTests {
  private static let forbidden: Set<String> = [
    "ProcessEnvironment", "environ", "getenv", "secure_getenv", "setenv", "unsetenv", "putenv", "chdir",
    "fchdir", "getcwd", "currentDirectory",
  ]
  /// The files that offer it, and the one that starts programs, which inherit the environment unless they are given another.
  private static let exceptions: Set<String> = [
    "ProcessEnvironment.swift", "FileTree.swift", "Subprocess.swift",
  ]
  private static let commandLine: Set<String> = ["CheckpointCLI", "checkpoint"]

  @Test("nothing below the command line reads or changes the environment or the directory of the process")
  func noProcessState() throws {
    for module in try SourceFile.modules() where !Self.commandLine.contains(module) {
      for file in try SourceFile.all(in: module) {
        let found = SwiftCode(file.lines.joined(separator: "\n")).words.intersection(Self.forbidden)
        if module == "FileSystem" && Self.exceptions.contains(file.path.lastComponent.description) {
          continue
        }
        #expect(found.isEmpty, "\(file.path) has \(found.sorted())")
      }
    }
  }
}

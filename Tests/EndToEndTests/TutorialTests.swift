// The tutorial by hand, as a newcomer follows it: every command of docs/tutorial.md, in order, in one shell, on a server of its own.

import FileSystem
import TestSupport
import Testing

@Suite("The tutorial", .needsPostgreSQL)
struct TutorialTests {
  private struct Step {
    var command: String
    /// What the page says it prints.
    var shown: [String]

    /// `checkpoint run` passes on that psql failed; everything else succeeds.
    var expectedCode: String { shown.contains { $0.contains("ended with exit code 3") } ? "3" : "0" }

    /// What other programs print has no ids and times in it.
    var isComparable: Bool { ["psql ", "cat ", "git status"].contains { command.hasPrefix($0) } }
  }

  /// Steps for an administrator are left out, and so is the name of a database that is another one each time.
  private static func steps(of page: Page) -> [Step] {
    page.blocks.flatMap { block -> [Step] in
      switch block.language {
      case "sh":
        let lines = block.lines.filter { !$0.hasPrefix("sudo ") && !$0.hasPrefix("dropdb shop_before_") }
        return lines.isEmpty ? [] : [Step(command: lines.joined(separator: "\n"), shown: [])]
      case "console":
        return block.lines.reduce(into: []) { steps, line in
          if line.hasPrefix("$ ") {
            steps.append(Step(command: String(line.dropFirst(2)), shown: []))
          } else if !line.isEmpty, !steps.isEmpty {
            steps[steps.count - 1].shown.append(line)
          }
        }
      default: return []
      }
    }
  }

  @Test("every command of the tutorial works in a shell, and other programs then print what it shows")
  func followed() throws {
    let server = try PostgresServer.separate()
    try server.psql("CREATE ROLE dana LOGIN CREATEDB")
    let directory = try EndToEndDirectory()
    let home = directory.path.appending("home")
    try FileTree.makeDirectories(home, mode: 0o700)
    // What a person sees a moment later is not waited for.
    let settings = "[user]\n\tname = Dana\n\temail = dana@example.org\n[checkpoint]\n\tbackground = false\n"
    try SystemFileOperations().replaceFile(home.appending(".gitconfig"), with: Array(settings.utf8))

    let steps = Self.steps(of: try Page.read("docs/tutorial.md"))
    #expect(steps.count > 30)
    let mark = "@@ end of step"
    let script = steps.map { "\($0.command)\necho \"\(mark) $?\"\n" }.joined()
    let program = CheckpointProgram.binary.parent ?? "/"
    let result = try Program.run(
      ["bash", "-c", BytePath("exec 2>&1\n" + script)],
      environment: [
        "HOME": home.description, "GIT_CONFIG_NOSYSTEM": "1", "PGHOST": server.directory.description,
        "PGUSER": "dana", "PATH": "\(program):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      ], directory: directory.path, limit: 180)

    var rest = result.lines[...]
    for step in steps {
      let end = try #require(
        rest.firstIndex { $0.hasPrefix(mark) }, "\(step.command): not reached: \(result)")
      let printed = Array(rest[..<end])
      #expect(
        rest[end] == "\(mark) \(step.expectedCode)", "\(step.command): \(printed.joined(separator: "\n"))")
      if step.isComparable { #expect(printed == step.shown, "\(step.command)") }
      rest = rest[(end + 1)...]
    }
  }
}

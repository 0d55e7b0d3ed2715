// What only a person at a terminal sees: questions before something is replaced, the line that shows progress, the offer
// of git's hooks. The program runs on a pseudo-terminal, and keys are typed there.

import FileSystem
import TestSupport
import Testing

extension Scene {
  fileprivate func onTerminal(_ arguments: any BytePathConvertible..., output: BytePath? = nil) throws
    -> TerminalProgram
  {
    try program.startOnTerminal(arguments, output: output)
  }
}

@Suite("Questions at a terminal")
struct QuestionTests {
  /// A recorded state and another one now.
  private func scene() throws -> (scene: Scene, id: String) {
    let scene = try Scene.small()
    try scene.repository.write("a.txt", "two\n")
    let id = try scene.take("full")
    try scene.repository.write("a.txt", "three\n")
    return (scene, id)
  }

  @Test("a rollback shows its plan, asks, and goes on after a yes", arguments: ["y", "Y", "yes", "Yes"])
  func agreed(answer: String) throws {
    let (scene, id) = try scene()
    let terminal = try scene.onTerminal("rollback", id)
    try terminal.wait(for: "a.txt")
    try terminal.wait(for: "go on? [y/N] ")
    #expect(try scene.repository.read("a.txt") == "three\n")
    try terminal.type(answer + "\n")
    let result = terminal.end()
    #expect(result.code == 0, "\(result)")
    #expect(try scene.repository.read("a.txt") == "two\n")
  }

  @Test("everything else is a no: nothing is changed", arguments: ["n", "no", "", "ja", "yess", " y"])
  func refused(answer: String) throws {
    let (scene, id) = try scene()
    let terminal = try scene.onTerminal("rollback", id)
    try terminal.wait(for: "go on? [y/N] ")
    try terminal.type(answer + "\n")
    try terminal.wait(for: "nothing was changed")
    try expectUntouched(terminal.end(), code: 1, scene)
  }

  @Test("Ctrl-D is a no")
  func endOfInput() throws {
    let (scene, id) = try scene()
    let terminal = try scene.onTerminal("rollback", id)
    try terminal.wait(for: "go on? [y/N] ")
    try terminal.press(.endOfInput)
    try expectUntouched(terminal.end(), code: 1, scene)
  }

  @Test("Ctrl-C ends the program as an interruption")
  func interrupt() throws {
    let (scene, id) = try scene()
    let terminal = try scene.onTerminal("rollback", id)
    try terminal.wait(for: "go on? [y/N] ")
    try terminal.press(.interrupt)
    try expectUntouched(terminal.end(), code: 130, scene)
  }

  private func expectUntouched(_ result: ProgramResult, code: Int32, _ scene: Scene) throws {
    #expect(result.code == code, "\(result)")
    #expect(try scene.repository.read("a.txt") == "three\n")
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
    #expect(try scene.names(in: "manifests").count == 1)
    // The next command is not kept waiting.
    try scene.checkpoint("custom", "next")
  }

  @Test("with --yes nothing is asked, and without a terminal nothing is done")
  func unasked() throws {
    let (scene, id) = try scene()
    let piped = try scene.run("rollback", id)
    #expect(piped.code == 2 && piped.errorText.contains("hint: --yes"), "\(piped)")
    #expect(!piped.printed.contains("[y/N]"))
    #expect(try scene.repository.read("a.txt") == "three\n")
    let result = try scene.onTerminal("rollback", "--yes", id).end()
    #expect(result.code == 0 && !result.text.contains("[y/N]"), "\(result)")
    #expect(try scene.repository.read("a.txt") == "two\n")
  }

  @Test("the question is on the screen if standard output goes into a file")
  func redirected() throws {
    let (scene, _) = try scene()
    let file = scene.directory.path.appending("output")
    let terminal = try scene.onTerminal("delete", "latest", output: file)
    try terminal.wait(for: "delete 1 checkpoint? [y/N] ")
    try terminal.type("y\n")
    #expect(terminal.end().code == 0)
    #expect(String(decoding: try FileTree.readAll(file), as: UTF8.self).hasPrefix("deleted 1 checkpoint"))
    #expect(try scene.names(in: "manifests") == [])
  }

  @Test("a failed command leads to the question whether to go back", arguments: [true, false])
  func afterFailure(isWanted: Bool) throws {
    let (scene, _) = try scene()
    let terminal = try scene.onTerminal("run", "--", "sh", "-c", "echo broken >a.txt; exit 7")
    try terminal.wait(for: "ended with exit code 7")
    try terminal.wait(for: "? [y/N] ")
    try terminal.type(isWanted ? "y\n" : "n\n")
    #expect(terminal.end().code == 7)
    #expect(try scene.repository.read("a.txt") == (isWanted ? "three\n" : "broken\n"))
  }
}

@Suite("Hooks at a terminal")
struct HooksAtTerminalTests {
  private static let offer = "let git take checkpoints by itself"

  @Test("init offers git's hooks, and takes no answer for a no", arguments: ["y\n", "\n"])
  func offered(answer: String) throws {
    let scene = try Scene.small()
    let terminal = try scene.onTerminal("init")
    try terminal.wait(for: Self.offer)
    try terminal.wait(for: "? [y/N] ")
    try terminal.type(answer)
    #expect(terminal.end().code == 0)
    #expect(scene.repository.exists(".git/hooks/pre-commit") == (answer == "y\n"))
    #expect(scene.repository.exists(".git/hooks/pre-push") == (answer == "y\n"))
    if answer == "y\n" {
      let again = try scene.onTerminal("init").end()
      #expect(again.code == 0 && !again.text.contains(Self.offer), "\(again)")
    }
  }

  @Test("without a terminal, with --quiet and with --json init does not ask")
  func notOffered() throws {
    let scene = try Scene.small()
    let piped = try scene.checkpoint("init")
    #expect(piped.printed.contains("checkpoint hooks install") && !piped.printed.contains(Self.offer))
    for option: BytePath in ["--quiet", "--json"] {
      let result = try scene.onTerminal("init", option).end()
      #expect(result.code == 0 && !result.text.contains(Self.offer), "\(result)")
    }
  }

  @Test("hooks of all repositories are installed only if the user says so", arguments: ["y\n", "n\n"])
  func shared(answer: String) throws {
    let scene = try Scene.small()
    let hooks = scene.directory.path.appending("hooks of all")
    try scene.program.git(["config", "--global", "core.hooksPath", hooks])
    let terminal = try scene.onTerminal("hooks", "install", "pre-commit")
    try terminal.wait(for: "holds the hooks of all repositories")
    try terminal.wait(for: "install there? [y/N] ")
    try terminal.type(answer)
    #expect(terminal.end().code == (answer == "y\n" ? 0 : 1))
    #expect(FileTree.exists(hooks.appending("pre-commit")) == (answer == "y\n"))
  }

  @Test("the line for husky is shown, and added only if the user says so", arguments: ["yes\n", "n\n"])
  func husky(answer: String) throws {
    let scene = try Scene.small()
    try scene.repository.write(".husky/pre-commit", "npm test\n")
    try scene.repository.write(".husky/_/pre-commit", "#!/bin/sh\nsh -e .husky/pre-commit\n", mode: 0o755)
    try scene.repository.git("config", "core.hooksPath", ".husky/_")
    let terminal = try scene.onTerminal("hooks", "install", "pre-commit")
    try terminal.wait(for: "add to .husky/pre-commit:")
    try terminal.wait(for: "? [y/N] ")
    try terminal.type(answer)
    #expect(terminal.end().code == (answer == "yes\n" ? 0 : 3))
    let hook = try scene.repository.read(".husky/pre-commit")
    #expect(hook.contains("checkpoint hooks run pre-commit") == (answer == "yes\n"), "\(hook)")
  }
}

@Suite("The line that shows progress", .needsPostgreSQL)
struct ProgressLineTests {
  /// Takes the cursor to the beginning of its line and erases it.
  private static let erasure = "\r\u{1B}[K"

  /// A database whose rows take longer to come back than a person waits without a sign: whatever the machine, the server
  /// takes its time for each of three tables.
  private func scene() throws -> Scene {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE FUNCTION slowly(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        IF current_database() <> '\(database.name)' THEN PERFORM pg_sleep(0.3); END IF; RETURN true; END $$;
      """
        + (1...3).map { number in
          "CREATE TABLE slow\(number) (id int CHECK (public.slowly(id))); INSERT INTO slow\(number) VALUES (1);\n"
        }.joined())
    try scene.checkpoint("custom", "good")
    try database.psql("DROP TABLE slow2")
    return scene
  }

  /// What steers a terminal, but for what the line needs.
  private func steering(_ text: String) -> Bool {
    let rest = text.replacing(Self.erasure, with: "").replacing("\r\n", with: "\n")
    return rest.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x7F }
  }

  @Test("it shows on a terminal how far a restore is, and is gone afterwards; there are no colors")
  func shown() throws {
    let scene = try scene()
    let terminal = try scene.onTerminal("rollback", "--yes", "good")
    try terminal.wait(for: "\(Self.erasure)restore rows: ")
    try terminal.wait(for: " s left")
    let result = terminal.end()
    #expect(result.code == 0 && !steering(result.text), "\(result.text.debugDescription)")
    // The last that is written of it is what takes it away.
    let rest = result.text.components(after: " s left")
    #expect(rest.hasPrefix(Self.erasure), "\(result.text.debugDescription)")
  }

  @Test("it is in no pipe, with no color of any kind, whatever the terminal is said to be")
  func piped() throws {
    let scene = try scene()
    var program = scene.program
    program.environment["TERM"] = "xterm-256color"
    program.environment["CLICOLOR_FORCE"] = "1"
    let result = try program.run(["rollback", "--yes", "good"]).succeeded()
    #expect(!result.printed.contains("restore rows"), "\(result)")
    #expect(!result.printed.unicodeScalars.contains("\u{1B}") && !result.printed.contains("\r"), "\(result)")
  }

  @Test("--quiet and --json leave it out", arguments: ["--quiet", "--json"])
  func leftOut(option: String) throws {
    let scene = try scene()
    let result = try scene.onTerminal("rollback", "--yes", option, "good").end()
    #expect(result.code == 0 && !result.text.contains("\u{1B}"), "\(result.text.debugDescription)")
  }

  @Test(
    "NO_COLOR changes nothing: what is shown never has any", arguments: ["list", "status", "show", "log"])
  func noColor(command: String) throws {
    let scene = try Scene.small()
    try scene.checkpoint("custom", "one")
    for value in [nil, "1"] {
      scene.program.environment["NO_COLOR"] = value
      let result = try scene.onTerminal(command).end()
      #expect(result.code == 0 && !result.text.contains("\u{1B}"), "\(result.text.debugDescription)")
    }
  }
}

extension String {
  /// What follows the last occurrence of a text.
  fileprivate func components(after text: String) -> String {
    ranges(of: text).last.map { String(self[$0.upperBound...]) } ?? ""
  }
}

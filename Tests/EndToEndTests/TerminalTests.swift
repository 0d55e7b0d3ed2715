// Text of others in everything that reaches a terminal: none of it steers that terminal.

import FileSystem
import TestSupport
import Testing

/// Sets the title, erases the screen, the same with one character for the beginning, and turns the order of what follows.
private let evil = "\u{1B}]0;title\u{7}\u{1B}[2J\r\u{9B}2J\u{202E}x"

/// Runs commands as for people and as for programs, and keeps what they print.
private final class Listener {
  let scene: Scene
  var shown: [String] = []

  init(_ scene: Scene) { self.scene = scene }

  /// - Parameter isAlsoJSON: false for what has a format of its own.
  func run(_ words: any BytePathConvertible..., code: Int32 = 0, isAlsoJSON: Bool = true) throws {
    for options: [BytePath] in isAlsoJSON ? [[], ["--json"]] : [[]] {
      let result = try scene.program.run(words.prefix(1) + options + words.dropFirst())
      #expect(result.code == code, "\(result)")
      shown.append(result.printed)
    }
  }
}

@Suite("Text of others on the terminal", .needsPostgreSQL)
struct TerminalTests {
  private func scene() throws -> Scene {
    // Imports look whether the server has changed, for example by roles of other tests.
    let scene = try Scene.small(.superuser, server: .separate())
    try scene.database?.psql(
      """
      CREATE TABLE "t\(evil)" (id int PRIMARY KEY, note text); INSERT INTO "t\(evil)" VALUES (1, 'a');
      CREATE SCHEMA "s\(evil)"; CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION E'no: \(evil)'; END $$;
      """)
    try scene.repository.git("config", "user.name", "Mallory\(evil)")
    try scene.repository.git("checkout", "-q", "-b", "b\u{202E}ranch")
    try scene.repository.write("file\(evil)", "text")
    try scene.repository.git("add", ".")
    try scene.repository.git("commit", "-qm", "subject \(evil)")
    try scene.repository.write("untracked\(evil)", "text")
    let stage: BytePath = "stages/stage-02-a\u{202E}\u{9B}b"
    try scene.repository.write(stage.appending("progress.md"), "# part \(evil)\n- [ ] point \(evil)\n")
    return scene
  }

  @Test("control sequences from names, messages, rows and a server come through no command")
  func steering() throws {
    let listener = Listener(try scene())
    let (scene, database) = (listener.scene, try #require(listener.scene.database))
    try listener.run("full", "-m", "message \(evil)")
    try database.psql(#"UPDATE "t\#(evil)" SET note = 'b\#(evil)'"#)
    try scene.repository.write("file\(evil)", "other")
    try look(listener)
    try exchange(listener)
    try work(listener)
    // Rows come back through a trigger whose error the server reports.
    try database.psql(
      #"CREATE TRIGGER fails BEFORE UPDATE ON "t\#(evil)" FOR EACH ROW EXECUTE FUNCTION fails(); SELECT 1"#)
    try listener.run("restore", "database", "latest", "--data-only", "--yes")

    for text in listener.shown {
      let scalars = text.unicodeScalars.filter { scalar in
        scalar != "\n" && scalar != "\t"
          && (scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || scalar.value == 0x202E)
      }
      #expect(scalars.isEmpty, "\(text.debugDescription)")
    }
    #expect(listener.shown.contains { $0.contains("subject \\u{1b}]0;title\\u{7}") })
    #expect(listener.shown.contains { $0.contains(#"\u009b2J\u202ex"#) })
  }

  /// Commands that only show something.
  private func look(_ listener: Listener) throws {
    try listener.run("status")
    try listener.run("list")
    try listener.run("show", "latest")
    try listener.run("log")
    try listener.run("diff", "latest")
    try listener.run("diff", "latest", "--data")
    try listener.run("verify", "latest")
    try listener.run("stage", "list")
    try listener.run("report")
    try listener.run("report", "--format", "markdown", isAlsoJSON: false)
    try listener.run("report", "--format", "html", "-o", "-", isAlsoJSON: false)
    try listener.run("show", evil, code: 1)
    try listener.run("bad\(evil)", code: 2)
    try listener.run("mark", "latest", evil, code: 2)
  }

  /// What goes out comes in again, with its files; so do a script of others and one that the server refuses.
  private func exchange(_ listener: Listener) throws {
    let directory = listener.scene.directory.path
    for format: BytePath in ["sql.gz", "tar.gz", "csv"] {
      let file = directory.appending("out\(evil).\(format)")
      try listener.run("export", "latest", "--format", format, "--force", "-o", file)
      if format != "csv" { try listener.run("import", file, "--name", "imported") }
    }
    let script = directory.appending("in\(evil).sql")
    for (text, code) in [
      ("CREATE TABLE \"new\(evil)\" (id int);\n", 0), ("SELECT 1 FROM \"none\(evil)\";\n", 1),
      ("\\! \(evil)\n", 1), ("DO $$ BEGIN RAISE EXCEPTION E'\(evil)'; END $$;\n", 1),
    ] as [(String, Int32)] {
      try SystemFileOperations().replaceFile(script, with: Array("--\n\(text)".utf8))
      try listener.run("import", script, "--name", "imported", code: code)
    }
    try listener.run("import", "none\(evil)", code: 1)
  }

  /// Commands that run programs, and that bring things back.
  private func work(_ listener: Listener) throws {
    let scene = listener.scene
    try listener.run("full", "-m", "again \(evil)")
    try listener.run("warm", "latest")
    try listener.run("warm", "list")
    try listener.run("warm", "drop", "--yes")
    try listener.run("restore", "database", "latest", "--data-only", "--plan")
    try listener.run("restore", "files", "latest", "--yes", "file\(evil)")
    try listener.run("run", "--name", "before", "--", "sh", "-c", "exit 7 # \(evil)", code: 7)
    try listener.run("hooks", "install")
    try listener.run("hooks", "status")
    try listener.run("hooks", "run", "pre-commit")
    try listener.run("hooks", "uninstall")
    try listener.run("rollback", "--dry-run")
    try listener.run("rollback", "--yes", "latest")
    try listener.run("undo", "--yes")
    try scene.repository.write(".checkpointconfig", "[services]\n\tsmoke = \"true '\(evil)'\"\n")
    try listener.run("trust", code: 2)
    try listener.run("trust", "--yes")
    try listener.run("rehearse", "latest")
    try listener.run("delete", "--dry-run", "before")
    try listener.run("delete", "--yes", "before")
  }
}

// Text of others in everything that reaches a terminal: none of it steers that terminal.

import FileSystem
import TestSupport
import Testing

@Suite("Text of others on the terminal", .needsPostgreSQL)
struct TerminalTests {
  /// Sets the title, erases the screen, the same with one character for the beginning, and turns the order of what follows.
  private static let steering = "\u{1B}]0;title\u{7}\u{1B}[2J\r\u{9B}2J\u{202E}x"

  @Test("control sequences from names, messages, rows and a server come through no command")
  func steering() throws {
    let scene = try Scene.small(.superuser)
    let (database, evil) = (try #require(scene.database), Self.steering)
    try database.psql(
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

    var shown: [String] = []
    func run(_ words: String...) throws {
      for options in [[], ["--json"]] {
        shown.append(try scene.program.run((words + options).map { BytePath($0) }).printed)
      }
    }
    try run("full", "-m", "message \(evil)")
    try database.psql(#"UPDATE "t\#(evil)" SET note = 'b\#(evil)'"#)
    try scene.repository.write("file\(evil)", "other")
    try run("status")
    try run("list")
    try run("show", "latest")
    try run("log")
    try run("diff", "latest")
    try run("diff", "latest", "--data")
    try run("verify", "latest")
    try run("stage", "list")
    try run("report")
    try run("report", "--format", "md")
    try run("show", evil)
    try run("bad\(evil)")
    try run("mark", "latest", evil)
    try run("import", "none\(evil)")
    try run("restore", "database", "latest", "--data-only", "--plan")
    try run("restore", "files", "latest", "--yes", "file\(evil)")
    try run("rollback", "--plan")
    try run("rollback", "--yes", "latest")
    try run("undo", "--yes")
    // Rows come back through a trigger whose error is the server's to tell.
    try database.psql(
      #"CREATE TRIGGER fails BEFORE UPDATE ON "t\#(evil)" FOR EACH ROW EXECUTE FUNCTION fails(); SELECT 1"#)
    try run("restore", "database", "latest", "--data-only", "--yes")

    for text in shown {
      let scalars = text.unicodeScalars.filter { scalar in
        scalar != "\n" && scalar != "\t"
          && (scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || scalar.value == 0x202E)
      }
      #expect(scalars.isEmpty, "\(text.debugDescription)")
    }
    #expect(shown.contains { $0.contains("subject \\u{1b}]0;title\\u{7}") })
    #expect(shown.contains { $0.contains(#"\u009b2J\u202ex"#) })
  }
}

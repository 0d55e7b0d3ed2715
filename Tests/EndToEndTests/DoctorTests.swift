// `doctor`: what is wrong is said with what to do, what is safe is put right, and nothing else is changed.

import FileSystem
import TestSupport
import Testing

@Suite("Doctor")
struct DoctorTests {
  private func findings(_ result: ProgramResult) throws -> [String] {
    try result.json()["findings"]?.array?.map { finding in
      ["state", "area", "text"].compactMap { finding[$0]?.string }.joined(separator: " ")
    } ?? []
  }

  @Test("before anything is set up, nothing is wrong, and nothing is made")
  func newcomer() throws {
    let scene = try Scene.small()
    let result = try scene.checkpoint("doctor", "--fix")
    #expect(
      result.text.contains("there is no store yet") && result.text.contains("→ checkpoint init"), "\(result)")
    #expect(result.text.contains("no database was found") && result.text.contains("git 2."), "\(result)")
    #expect(result.lines.last == "nothing is wrong")
    #expect(!FileTree.exists(scene.store))
    var program = scene.program
    program.directory = scene.directory.path
    #expect(try program.run(["doctor"]).code == 10)
  }

  @Test("permissions of the store and of hooks are put right only if that is asked for")
  func permissions() throws {
    let scene = try Scene.small()
    _ = try scene.take("full")
    try scene.checkpoint("hooks", "install")
    #expect(try scene.run("doctor").code == 0)
    let hook = scene.repository.top.appending(".git/hooks/pre-commit")
    try FileTree.setPermissions(hook, 0o644)
    try FileTree.setPermissions(scene.store, 0o755)
    for _ in 1...2 {
      let result = try scene.run("doctor", "--json")
      let found = try findings(result)
      #expect(result.code == 3 && result.text.contains("\"isHealthy\" : false"), "\(result)")
      #expect(found.contains { $0.hasPrefix("wrong store other users") && $0.contains("755") }, "\(found)")
      #expect(found.contains { $0.hasPrefix("wrong hooks git ignores the hook pre-commit") }, "\(found)")
    }
    let mended = try scene.run("doctor", "--fix")
    #expect(mended.code == 0 && mended.text.contains("mended"), "\(mended)")
    #expect(try FileTree.status(scene.store)?.permissions == 0o700)
    #expect(try FileTree.status(hook)?.permissions == 0o755)
    #expect(try findings(scene.run("doctor", "--json")).allSatisfy { !$0.hasPrefix("wrong") })
    // Hooks that the user has switched off stay so.
    try scene.checkpoint("hooks", "install")
    try scene.repository.git("config", "checkpoint.hooks.off", "true")
    #expect(try scene.checkpoint("doctor", "--fix").text.contains("switched off"))
    #expect(try scene.repository.git("config", "checkpoint.hooks.off").text.hasPrefix("true"))
    try scene.repository.git("config", "--unset", "checkpoint.hooks.off")
    // A hook that the user changed is left as it is.
    let edited = try scene.repository.read(".git/hooks/pre-commit") + "# mine\n"
    try scene.repository.write(".git/hooks/pre-commit", edited, mode: 0o755)
    #expect(try scene.checkpoint("doctor", "--fix").text.contains("edited by hand"))
    #expect(try scene.repository.read(".git/hooks/pre-commit") == edited)
  }

  @Test("what a database's user may not do is a note, a server that is gone is wrong", .needsPostgreSQL)
  func databases() throws {
    let server = try PostgresServer.separate()
    let scene = try Scene.small(.plain, server: server)
    try scene.repository.git("config", "checkpoint.background", "false")
    _ = try scene.take("full")
    let found = try findings(scene.run("doctor", "--json"))
    #expect(
      found.contains {
        $0.hasPrefix("fine sources main: ") && $0.contains("PostgreSQL") && $0.contains("; pg_dump ")
          && $0.contains(": no superuser")
      }, "\(found)")
    #expect(found.contains { $0.hasPrefix("note sources main: ") && $0.contains("CREATEDB") }, "\(found)")
    #expect(found.contains { $0.hasPrefix("note checkpoints never proven") }, "\(found)")
    try server.stop()
    let gone = try scene.run("doctor")
    #expect(gone.code == 3 && gone.text.contains("1 thing to put right"), "\(gone)")
    #expect(try scene.run("doctor", "--no-database").code == 0)
  }

  @Test("failures in the background, kept files that others may read, and damage are named")
  func troubles() throws {
    let scene = try Scene.small()
    try scene.repository.write(".env", "SECRET=1\n", mode: 0o644)
    let id = try scene.take("full")
    try SystemFileOperations().replaceFile(
      scene.store.appending("worker.failure.json"),
      with: Array(
        #"{"at":"2026-11-20T03:00:00.000Z","job":"prove it","reason":"the server\u001b[2J is gone"}"#.utf8))
    let found = try findings(scene.run("doctor", "--json"))
    #expect(found.contains { $0.hasPrefix("note files other users") && $0.contains(".env") }, "\(found)")
    #expect(found.contains { $0.hasPrefix("wrong background prove it at 2026-11-20") }, "\(found)")
    #expect(try !scene.run("doctor").text.contains("\u{1b}"))
    try SystemFileOperations().replaceFile(
      scene.store.appending("manifests/\(id).json"), with: Array("{}".utf8))
    #expect(try findings(scene.run("doctor", "--json")).contains { $0.hasPrefix("wrong checkpoints ") })
  }

  @Test(
    "a checkpoint whose manifest is lost is named, and what a killed process left goes if that is asked for")
  func orphans() throws {
    let scene = try Scene.small()
    let id = try scene.take("full")
    _ = try scene.take("custom", "other")
    #expect(try findings(scene.run("doctor", "--json")).allSatisfy { !$0.contains(" orphans ") })
    let left = scene.store.appending("tmp/4000000-1")
    try FileTree.makeDirectories(left, mode: 0o700)
    for name: BytePath in ["owner", "aa"] {
      try TemporaryDirectory.write(left.appending(name), Array("half".utf8))
    }
    let manifest = scene.store.appending("manifests/\(id).json")
    try FileTree.remove(manifest)
    let found = try findings(scene.run("doctor", "--json"))
    #expect(
      found.contains { $0.hasPrefix("wrong orphans 1 checkpoint without") && $0.contains(id) }, "\(found)")
    #expect(
      found.contains { $0.hasPrefix("note orphans left by processes") && $0.contains("1 part") }, "\(found)")
    #expect(FileTree.exists(left))
    let mended = try findings(scene.run("doctor", "--fix", "--json"))
    #expect(mended.contains { $0.hasPrefix("mended orphans ") }, "\(mended)")
    #expect(!FileTree.exists(left))
    // The files are still git's.
    try scene.repository.git("rev-parse", BytePath("refs/checkpoints/\(id)/state"))
  }

  @Test("init says what is wrong, with what to do, and nothing of what is only worth knowing")
  func essence() throws {
    let scene = try Scene.small()
    #expect(try scene.checkpoint("init").warnings == [])
    try FileTree.setPermissions(scene.store, 0o755)
    let result = try scene.run("init")
    #expect(result.code == 3, "\(result)")
    #expect(result.warnings.count == 2 && result.errorText.contains("hint: chmod 700"), "\(result)")
    let wrong = try scene.run("init", "--json").json()["wrong"]?.array
    #expect(wrong?.count == 1 && wrong?[0]["area"]?.string == "store")
  }

  @Test(
    "a read-only store is not wrong, and what is left in it is only named",
    .enabled(if: SmallFileSystem.isPossible))
  func readOnly() throws {
    let scene = try Scene.small()
    _ = try scene.take("full")
    let left = scene.store.appending("tmp/4000000-1")
    try FileTree.makeDirectories(left, mode: 0o700)
    try TemporaryDirectory.write(left.appending("owner"), [])
    let month = scene.store.appending("archive/2026-11")
    try FileTree.makeDirectories(month, mode: 0o700)
    try TemporaryDirectory.write(month.appending("x.tar.zst.4000000.1.tmp"), Array("half".utf8))
    try SmallFileSystem.withReadOnly(scene.store) {
      let found = try findings(scene.run("doctor", "--json"))
      #expect(
        found.contains { $0.hasPrefix("note orphans left by processes") && $0.contains("2 parts") },
        "\(found)")
      #expect(found.allSatisfy { !$0.hasPrefix("wrong ") }, "\(found)")
    }
    #expect(try scene.checkpoint("doctor", "--fix").text.contains("mended"))
    #expect(try !FileTree.exists(left) && FileTree.list(month) == [])
  }

  @Test("hooks that git does not reach are wrong, and a hook that is not executable is told of once")
  func unreached() throws {
    let scene = try Scene.small()
    try scene.checkpoint("hooks", "install")
    let hook = scene.repository.top.appending(".git/hooks/pre-commit")
    try FileTree.setPermissions(hook, 0o644)
    let found = try findings(scene.run("doctor", "--json")).filter { $0.contains(" hooks ") }
    #expect(found.count { $0.hasPrefix("wrong") } == 1, "\(found)")
    #expect(found.contains { $0.hasPrefix("fine") && !$0.contains("pre-commit") }, "\(found)")
    try FileTree.setPermissions(hook, 0o755)
    try scene.repository.git("config", "core.hooksPath", scene.directory.path.appending("elsewhere"))
    let elsewhere = try scene.run("doctor")
    #expect(elsewhere.code == 3 && elsewhere.text.contains("core.hooksPath leads to"), "\(elsewhere)")
  }

  @Test(
    "without a client of the server's version no checkpoint can be taken, which is wrong", .needsPostgreSQL)
  func client() throws {
    let scene = try Scene.small(.createDatabases)
    let result = try scene.run("doctor", "--client-prefix", "/nonexistent")
    #expect(result.code == 3 && result.text.contains("no checkpoint of it can be taken"), "\(result)")
  }

  @Test("settings that are not committed are a note, a file of passwords that libpq ignores is wrong")
  func settings() throws {
    let scene = try Scene.small()
    try scene.checkpoint("init")
    #expect(
      try findings(scene.run("doctor", "--json")).contains { $0.hasPrefix("note settings .checkpointconfig") }
    )
    try scene.repository.git("add", ".checkpointconfig")
    #expect(try findings(scene.run("doctor", "--json")).allSatisfy { !$0.contains(" settings ") })
    let passwords = scene.directory.path.appending("passwords")
    try TemporaryDirectory.write(passwords, Array("*:*:*:*:x\n".utf8), permissions: 0o640)
    var program = scene.program
    program.environment["PGPASSFILE"] = "\(passwords)"
    let result = try program.run(["doctor"])
    #expect(result.code == 3 && result.text.contains("libpq ignores \(passwords)"), "\(result)")
    try FileTree.setPermissions(passwords, 0o600)
    #expect(try !program.run(["doctor"]).text.contains("libpq ignores"))
  }
}

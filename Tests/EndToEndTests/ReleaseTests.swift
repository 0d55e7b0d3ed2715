// Release tags: which checkpoints they make stable, and going back to one at which no checkpoint was taken.

import FileSystem
import TestSupport
import Testing

@Suite("Going back to release tags")
struct ReleaseTests {
  /// A release v1.2, a commit after it with a checkpoint, and work in progress, with private and ignored files.
  private func released(_ rights: PostgresServer.Rights? = nil, annotated: Bool = true) throws -> Scene {
    let scene = try Scene.small(rights)
    let repository = scene.repository
    try repository.write("gone later.txt", "first\n")
    try repository.write("bin/run", "first\n", mode: 0o755)
    try repository.commit("Released")
    if annotated {
      try repository.git("tag", "-a", "-m", "Release", "v1.2")
    } else {
      try repository.git("tag", "v1.2")
    }
    try repository.write("a.txt", "second\n")
    try repository.remove("gone later.txt")
    try repository.write("new/file.txt", "second\n")
    try repository.commit("Second")
    try scene.checkpoint("custom", "second")
    try repository.write("a.txt", "staged\n")
    try repository.git("add", "a.txt")
    try repository.write("bin/run", "changed\n", mode: 0o700)
    try repository.write("untracked/x.txt", "untracked\n")
    try repository.write(".env.local", "SECRET=1\n", mode: 0o600)
    return scene
  }

  private static let said =
    "no checkpoint was taken at v1.2: only git is restored; the database and files outside git stay as they are"

  @Test(
    "a release without a checkpoint restores git only, says so, and undo takes it back",
    .needsPostgreSQL, arguments: [true, false])
  func alone(annotated: Bool) throws {
    let scene = try released(.createDatabases, annotated: annotated)
    let repository = scene.repository
    try scene.database?.psql("DROP TABLE things; INSERT INTO people VALUES (1000, 'later')")
    let before = try scene.picture()
    let database = try scene.databasePicture()
    let result = try scene.checkpoint("rollback", "--yes", "v1.2")
    #expect(result.printed.contains(Self.said), "\(result)")
    #expect(result.text.contains("back at release-v1.2_"), "\(result)")
    #expect(try repository.git("rev-parse", "HEAD").text == repository.git("rev-parse", "v1.2^{commit}").text)
    #expect(try repository.read("a.txt") == "one\n")
    #expect(try repository.read("gone later.txt") == "first\n" && repository.read("bin/run") == "first\n")
    #expect(!repository.exists("new"))
    #expect(try repository.git("status", "--porcelain").lines == ["?? untracked/"])
    #expect(try repository.read(".env.local") == "SECRET=1\n")
    try scene.expectDatabase(database)
    #expect(try scene.database?.relatives() == [])
    // It is no checkpoint that the user took.
    #expect(try scene.run("show", "--json", "latest").json()["name"]?.string == "second")
    #expect(try scene.run("list", "--json").json().array?.count == 1)
    #expect(try scene.run("status", "--json").json()["checkpoints"]?.number == 1)
    try scene.checkpoint("verify", "--all")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
    // A second time as the first, and without a tag of ours.
    let again = try scene.run("rollback", "--yes", "--json", "v1.2").succeeded().json()
    #expect(again["notes"]?.array?.first?.string == Self.said)
    #expect(try repository.git("tag").lines.filter { $0.contains("release") }.isEmpty)
  }

  @Test("the record that such a rollback made is of git only, too")
  func recordedRelease() throws {
    let scene = try released()
    try scene.checkpoint("rollback", "--yes", "v1.2")
    try scene.repository.write("later.txt", "untracked\n")
    let result = try scene.checkpoint("rollback", "--yes", "release-v1.2")
    #expect(result.printed.contains("is of git only"), "\(result)")
    #expect(scene.repository.exists("later.txt") && scene.repository.exists(".env.local"))
    // Not the default, although its commit is a release's and it is the newest.
    try scene.checkpoint("rollback", "--yes")
    #expect(try scene.repository.read("a.txt") == "second\n")
  }

  @Test("no database need be there, and its configuration is no obstacle")
  func withoutDatabase() throws {
    let scene = try released()
    try scene.repository.write(
      ".checkpointconfig",
      "[database]\n\turl = postgresql://nobody@127.0.0.1:1/nowhere\n\tclientPrefix = not trusted\n")
    #expect(try scene.run("rollback", "--yes", "second").errorText.contains("checkpoint trust"))
    let before = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "v1.2")
    try scene.checkpoint("undo", "--yes", "--no-database")
    try scene.expect(before)
  }

  @Test("a dry run to a release records nothing, and neither does a question that is not answered")
  func dryRun() throws {
    let scene = try released()
    func everything() throws -> [String] {
      try Program.run(["find", scene.repository.top.appending(".git"), "-type", "f"]).succeeded().lines
        .sorted().filter { !$0.hasSuffix("/checkpoints/log/operations.jsonl") }
    }
    let (before, files) = (try scene.picture(), try everything())
    let result = try scene.checkpoint("rollback", "--dry-run", "v1.2")
    for text in [Self.said, "rollback to v1.2", "write 3 files, remove 1 file", "detach HEAD"] {
      #expect(result.printed.contains(text), "“\(text)” in \(result)")
    }
    let plan = try scene.run("rollback", "--dry-run", "--json", "refs/tags/v1.2").succeeded().json()
    #expect(plan["target"]?.string == "v1.2" && plan["remarks"]?[0]?.string == Self.said)
    #expect(try scene.run("rollback", "v1.2").code == 2)
    #expect(try everything() == files)
    try scene.expect(before)
  }

  @Test("killed in its middle, it is finished or taken back", arguments: [true, false])
  func killed(goesOn: Bool) throws {
    let scene = try released()
    let repository = scene.repository
    let mark = repository.top.appending(".git/kill")
    // As soon as git makes a file, everything above it up to our program dies.
    try repository.write(
      ".git/filter",
      """
      #!/bin/sh
      if rm "\(mark)" 2>/dev/null; then
        p=$PPID all=
        while all="$all $p"; [ "$(cat /proc/$p/comm)" != checkpoint ]; do
          p=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$p/status)
        done
        kill -9 $all
      fi
      exec cat

      """, mode: 0o755)
    let filter = repository.top.appending(".git/filter")
    try repository.git("config", "filter.deadly.smudge", filter)
    try repository.git("config", "filter.deadly.clean", "cat")
    try repository.write(".git/info/attributes", "*.txt filter=deadly\n")
    let before = try scene.picture()
    try repository.write(".git/kill", "")
    let result = try scene.run("rollback", "--yes", "v1.2")
    #expect(result.code != 0 && !FileTree.exists(mark), "\(result)")
    let pending = try scene.run("status", "--json").json()["pending"]?.string
    #expect(pending?.contains("release-v1.2_") == true)
    if goesOn {
      try scene.checkpoint("rollback", "--continue")
      #expect(try repository.read("a.txt") == "one\n" && repository.exists("untracked/x.txt"))
      #expect(try repository.git("status", "--porcelain").lines == ["?? untracked/"])
      try scene.checkpoint("undo", "--yes")
    } else {
      try scene.checkpoint("rollback", "--abort")
    }
    try scene.expect(before)
    try scene.expectNone(scene.leftovers())
  }

  @Test("other revisions without a checkpoint stay an error, with a hint at release tags")
  func otherRevisions() throws {
    let scene = try released()
    try scene.repository.git("tag", "milestone", "v1.2")
    for revision in ["HEAD~1", "milestone", "v1.2^{commit}"] as [BytePath] {
      let result = try scene.run("rollback", "--yes", revision)
      #expect(result.code == 1 && result.errorText.contains("error: there is no checkpoint"), "\(result)")
      #expect(result.errorText.contains("hint: a release tag (checkpoint.releaseTag, now v*)"), "\(result)")
    }
    #expect(try !scene.run("rollback", "--yes", "nothing").errorText.contains("releaseTag"))
    // Restoring a part needs a checkpoint.
    #expect(try scene.run("restore", "files", "v1.2", "--yes").code == 1)
    // There is no branch to move.
    let branch = try scene.run("rollback", "--branch", "--yes", "v1.2")
    #expect(branch.code == 2 && branch.errorText.contains("hint: without --branch"), "\(branch)")
    try scene.repository.git("config", "checkpoint.releaseTag", "mile*")
    #expect(try scene.run("rollback", "--yes", "v1.2").code == 1)
    try scene.checkpoint("rollback", "--yes", "milestone")
  }

  @Test("a release with checkpoints goes to the newest clean one, and without a clean one to the newest")
  func withCheckpoints() throws {
    let scene = try Scene.small()
    try scene.repository.git("tag", "v1.2")
    try scene.repository.write("a.txt", "dirty\n")
    let dirty = try scene.take("custom", "dirty")
    #expect(try scene.checkpoint("rollback", "--yes", "v1.2").line == "back at \(dirty)")
    try scene.repository.git("checkout", "-q", "a.txt")
    try scene.repository.write("untracked.txt", "untracked\n")
    let clean = try scene.take("custom", "clean")
    try scene.repository.write("a.txt", "dirty again\n")
    try scene.checkpoint("custom", "later")
    let result = try scene.checkpoint("rollback", "--yes", "v1.2")
    #expect(try result.line == "back at \(clean)" && !result.printed.contains("git only"), "\(result)")
  }

  @Test("a checkpoint at a release tag is stable, and rollback says why")
  func stable() throws {
    let scene = try Scene.small()
    let release = try scene.take("custom", "release")
    try scene.repository.write("a.txt", "changed\n")
    let dirty = try scene.take("custom", "dirty")
    func states() throws -> [String?] {
      try (0...1).map { try scene.run("list", "--json").json()[$0]?["stable"]?.string }
    }
    #expect(try states() == [nil, nil])
    try scene.repository.git("tag", "-a", "-m", "x", "v2")
    try scene.repository.git("tag", "ours/v2")
    #expect(try states() == ["release v2", nil])
    #expect(try scene.checkpoint("show", "release").text.contains("stable  release v2"))
    let plan = try scene.run("rollback", "--dry-run").succeeded()
    #expect(plan.printed.contains("\(release), stable: release v2"), "\(plan)")
    try scene.checkpoint("mark", "release", "unstable")
    #expect(try states() == [nil, nil])
    try scene.checkpoint("mark", "dirty", "stable")
    #expect(try scene.run("rollback", "--dry-run").printed.contains("\(dirty), stable: marked"))
    try scene.checkpoint("mark", "dirty", "unstable")
    try scene.checkpoint("mark", "release", "stable")
    #expect(try states() == ["marked", nil])
    try scene.repository.git("checkout", "-q", "a.txt")
    let complete = try scene.take("stage-01-complete")
    #expect(try scene.run("rollback", "--dry-run").printed.contains("\(complete), stable: complete"))
    try scene.checkpoint("delete", "--yes", "stage-01-complete", "release")
    // Switched off, and with another pattern; no tag of a checkpoint's own makes it a release.
    let other = try scene.take("custom", "other")
    #expect(try scene.run("show", "--json", other).json()["stable"]?.string == "release v2")
    for (pattern, expected) in [("", nil), ("checkpoint/*", nil), ("ours/*", "release ours/v2")]
      as [(
        BytePath, String?
      )]
    {
      try scene.repository.git("config", "checkpoint.releaseTag", pattern)
      #expect(try scene.run("show", "--json", other).json()["stable"]?.string == expected, "\(pattern)")
    }
  }

  @Test(
    "what is critical is stable and stays until it is marked otherwise", arguments: ["stable", "unstable"])
  func critical(otherwise: BytePath) throws {
    let scene = try Scene.small()
    let id = try scene.take("custom", "launch")
    try scene.checkpoint("mark", "launch", "critical")
    #expect(try scene.run("show", "--json", "last-stable").json()["id"]?.string == id)
    #expect(try scene.checkpoint("list").text.contains("critical, recorded"))
    #expect(try scene.checkpoint("show").text.contains("critical, recorded"))
    #expect(try scene.run("rollback", "--dry-run").printed.contains("stable: critical"))
    try scene.checkpoint("custom", "other")
    for arguments in [["delete", "--yes", "other", "launch"], ["delete", "--dry-run", "launch"]] {
      let result = try scene.program.run(arguments.map { BytePath($0) })
      #expect(result.code == 1 && result.errorText.contains("is marked critical"), "\(result)")
      #expect(result.errorText.contains("hint: first: checkpoint mark \(id) stable"), "\(result)")
    }
    #expect(try scene.names(in: "manifests").count == 2)
    try scene.checkpoint("mark", "launch", otherwise)
    #expect(try !scene.checkpoint("list").text.contains("critical"))
    try scene.checkpoint("delete", "--yes", "launch")
  }
}

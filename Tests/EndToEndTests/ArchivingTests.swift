// Checkpoints whose contents are in archives: they are looked at and gone back to like any other, and an archive opens with stock
// tools.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@Suite("Archived checkpoints")
struct ArchivingTests {
  private static let content = "NUMBER=1\n" + String(repeating: "a longer line\n", count: 2000)

  private func archive(of id: String, _ scene: Scene) -> BytePath {
    let digits = id.split(separator: "_").first { $0.count == 8 && $0.allSatisfy(\.isNumber) } ?? ""
    return scene.store.appending("archive/\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))/\(id).tar.zst")
  }

  /// What diff says, without times.
  private func changes(_ name: BytePath, _ scene: Scene) throws -> [String] {
    try scene.checkpoint("diff", name).lines.filter { !$0.contains(" read in ") }
  }

  @Test("it is listed, shown, verified, compared, exported and gone back to like any other", .needsPostgreSQL)
  func likeAnyOther() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.write(".env.local", Self.content, mode: 0o600)
    try scene.repository.write("untracked.txt", "never committed\n")
    let id = try scene.take("full")
    let name = BytePath(id)
    let databaseBefore = try scene.databasePicture()
    let (before, plain) = (
      try scene.picture(), try scene.checkpoint("export", name, "--format", "sql.gz", "-o", "-")
    )
    try database.psql("UPDATE people SET name = 'changed'")
    try scene.repository.write(".env.local", "NUMBER=2\n", mode: 0o600)
    let difference = try changes(name, scene)
    let changed = try scene.picture()

    try scene.checkpoint("archive", name, "--now")
    #expect(try FileTree.status(archive(of: id, scene))?.permissions == 0o600)
    #expect(try scene.checkpoint("list").text.contains("archived"))
    #expect(try scene.checkpoint("show", name).text.contains("archived"))
    #expect(try scene.run("stats", "--json").succeeded().json()["archivedCount"] == .number(1))
    #expect(try scene.checkpoint("archive", name).text.contains("nothing to archive"))
    let stock = StockTools(store: scene.store)
    let pieces = try stock.chunks(of: ".env.local", in: stock.document(ofSource: "files", in: id))
    #expect(!FileTree.exists(stock.file(pieces[0])))

    try scene.checkpoint("verify", name)
    #expect(try changes(name, scene) == difference && difference.contains { $0.contains("100 changed") })
    #expect(try scene.checkpoint("export", name, "--format", "sql.gz", "-o", "-").output == plain.output)
    try scene.checkpoint("verify", name, "--restore")
    // What was unpacked is garbage again, and the archive stays.
    #expect(FileTree.exists(stock.file(pieces[0])))
    try scene.checkpoint("gc", "--now")
    #expect(!FileTree.exists(stock.file(pieces[0])))
    try scene.checkpoint("rollback", "--yes", name)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(changed)
    try scene.checkpoint("gc", "--now")
    try scene.checkpoint("restore", "database", name, "--yes")
    try scene.expectDatabase(databaseBefore, "after its database was restored")
    try scene.checkpoint("gc", "--now")
    let copy = "\(database.name)_copy"
    try scene.checkpoint("restore", "database", name, "--target-db", copy)
    try scene.checkpoint("gc", "--now")
    let plan = try scene.checkpoint("restore", "database", name, "--data-only", "--dry-run")
    #expect(plan.printed.contains("rows of 2 tables"), "\(plan)")
    try scene.checkpoint("restore", "config", name, "--yes")
    #expect(try FileTree.readAll(scene.repository.top.appending(".env.local")) == Array(Self.content.utf8))
    try scene.checkpoint("verify", "--all")
  }

  @Test(
    "it opens with tar, zstd, sha256sum, jq, git and PostgreSQL's programs, as its README says",
    .needsPostgreSQL)
  func stockTools() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.write(".env.local", Self.content, mode: 0o600)
    try scene.repository.write("untracked.txt", "never committed\n")
    let id = try scene.take("full")
    try scene.checkpoint("archive", BytePath(id))
    let place = scene.directory.path.appending("stock")
    try FileTree.makeDirectories(place, mode: 0o755)
    let packed = place.appending("\(id).tar.zst")
    try SystemFileOperations().replaceFile(packed, with: FileTree.readAll(archive(of: id, scene)))
    // The repository and its store need not be there.
    let readme = try Program.run(["tar", "--zstd", "-xOf", packed, "\(id)/README.md"]).succeeded()
    let commands = readme.lines.filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
    let object = "$(grep /state git-refs | cut -d' ' -f1)"
    let script =
      (["set -e"] + commands + [
        "git -C again cat-file blob \(object):worktree/untracked.txt",
        "cp \"chunks/$(jq -r '.sources[] | select(.type == \"files\") | .document' manifest.json)\" document",
        "cp \"chunks/$(jq -r .list document)\" list",
        "stream $(jq -r '.streams[] | select(.name == \".env.local\") | .lines | \"\\(.first) \\(.count)\"' document) >kept",
      ]).joined(separator: "\n").replacing("OBJECT", with: object).replacing(
        "worktree/PATH", with: "worktree/a.txt"
      )
      .replacing("createdb again", with: "createdb \(database.name)_again")
      .replacing("-d again", with: "-d \(database.name)_again")
    let done = try Program.run(
      ["bash", "-c", BytePath(script)],
      environment: ["PGHOST": "\(database.server.directory)", "PGUSER": "postgres"], directory: place)
    #expect(done.code == 0, "\(done)\n\(script)")
    #expect(done.lines.last == "never committed")
    #expect(try FileTree.readAll(place.appending("\(id)/kept")) == Array(Self.content.utf8))
    let copy = TestDatabase(server: database.server, name: "\(database.name)_again", role: database.role)
    defer { try? database.dropRelative(copy.name) }
    #expect(try copy.psql("SELECT count(*), max(name) FROM people", asSuperuser: true) == "100|person 99")
  }

  @Test("a damaged or missing archive is found by verify, and nothing is changed by a rollback to it")
  func damaged() throws {
    let scene = try Scene.small()
    try scene.repository.write(".env", Self.content, mode: 0o600)
    let id = try scene.take("full", "--no-database")
    try scene.checkpoint("archive", BytePath(id), "--now")
    try scene.repository.write(".env", "NUMBER=2\n", mode: 0o600)
    let (path, picture) = (archive(of: id, scene), try scene.picture())
    let whole = try FileTree.readAll(path)
    func expectRefused(_ reason: String, _ comment: Comment) throws {
      let verified = try scene.run("verify", BytePath(id))
      #expect(verified.code == 12, "\(comment): \(verified)")
      #expect("\(verified)".contains(reason), "\(comment): \(verified)")
      let rolledBack = try scene.run("rollback", "--yes", BytePath(id))
      #expect(rolledBack.code != 0 && "\(rolledBack)".contains(reason), "\(comment): \(rolledBack)")
      try scene.expect(picture)
      // What is not known to be in an archive is never removed.
      #expect(try scene.run("gc").code == 0 || reason.contains("not there"))
    }
    for place in [20, whole.count / 2, whole.count - 3] {
      var bytes = whole
      bytes[place] ^= 1
      try SystemFileOperations().replaceFile(path, with: bytes)
      try expectRefused("the archive", "byte \(place)")
    }
    try FileTree.remove(path)
    try expectRefused("is not there", "missing")
    try SystemFileOperations().replaceFile(path, with: whole)
    try scene.checkpoint("verify", BytePath(id))
    try scene.checkpoint("rollback", "--yes", BytePath(id))
    #expect(try FileTree.readAll(scene.repository.top.appending(".env")) == Array(Self.content.utf8))
  }

  @Test(
    "an operation unpacks only what it needs, and a comparison says what it cannot compare", .needsPostgreSQL)
  func onlyWhatIsNeeded() throws {
    let scene = try Scene.small(.createDatabases)
    let id = try scene.take("full")
    let name = BytePath(id)
    try scene.checkpoint("archive", name, "--now")
    let stock = StockTools(store: scene.store)
    let rows = try stock.chunks(of: "public.people", in: stock.document(ofSource: "postgresql", in: id))
    // The archived .env is in no other checkpoint, such as what a restore keeps.
    let settings = try scene.repository.read(".env")
    try scene.repository.write(".env", settings + "# later\n", mode: 0o600)
    let original = try scene.repository.read("a.txt")
    try scene.repository.write("a.txt", "changed\n")
    try scene.checkpoint("restore", "files", name, "--yes", "a.txt")
    #expect(try scene.repository.read("a.txt") == original)
    #expect(!FileTree.exists(stock.file(rows[0])))

    // If the project's own .env is gone, the recorded one says where the database is; it is in the archive.
    try scene.repository.remove(".env")
    try scene.checkpoint("gc", "--now")
    let found = try scene.checkpoint("diff", name)
    #expect(found.text.contains("2 tables"), "\(found)")
    try scene.checkpoint("gc", "--now")
    // Into a copy: what a restore replaces would be kept, with the same rows.
    let copy = BytePath(try #require(scene.database).name + "_copy")
    try scene.checkpoint("restore", "database", name, "--target-db", copy)
    try scene.repository.write(".env", settings, mode: 0o600)
    #expect(try scene.run("check").code == 1)

    try scene.checkpoint("gc", "--now")
    try FileTree.remove(archive(of: id, scene))
    let checked = try scene.run("check")
    #expect(checked.code == 2 && checked.text.contains("1 checkpoint is damaged"), "\(checked)")
    try scene.repository.write("a.txt", "changed\n")
    #expect(try scene.checkpoint("diff", name, "--files").text.contains("a.txt"))
    let whole = try scene.run("diff", name)
    #expect(
      whole.code == 3 && whole.printed.contains("a.txt") && whole.printed.contains("archive"), "\(whole)")
    for words: [BytePath] in [["rollback", "--yes", name], ["restore", "database", name, "--yes"]] {
      let refused = try scene.program.run(words)
      #expect(refused.code != 0 && refused.errorText.contains("archive"), "\(refused)")
    }
  }

  @Test("deleting a checkpoint removes its archive")
  func deleted() throws {
    let scene = try Scene.small()
    let ids = try (0..<2).map { _ in try scene.take("full", "--no-database") }
    try scene.checkpoint("archive", BytePath(ids[0]), BytePath(ids[1]))
    try scene.checkpoint("delete", "--yes", BytePath(ids[0]))
    #expect(!FileTree.exists(archive(of: ids[0], scene)) && FileTree.exists(archive(of: ids[1], scene)))
    try scene.checkpoint("verify", "--all")
  }

  @Test("what undo needs, and what is damaged, is not archived")
  func refused() throws {
    let scene = try Scene.small()
    try scene.repository.write(".env", Self.content, mode: 0o600)
    let id = try scene.take("full", "--no-database")
    try scene.repository.write(".env", "NUMBER=2\n", mode: 0o600)
    try scene.checkpoint("rollback", "--yes", BytePath(id))
    let rescue = try #require(scene.names(in: "manifests").first { $0.hasPrefix("before-rollback") })
      .dropLast(5)
    let refused = try scene.run("archive", BytePath(String(rescue)))
    #expect(refused.code == 1 && refused.errorText.contains("undo needs"), "\(refused)")
    let stock = StockTools(store: scene.store)
    let document = try stock.document(ofSource: "files", in: id)
    try FileTree.remove(stock.file(stock.chunks(of: ".env", in: document)[0]))
    let damaged = try scene.run("archive", BytePath(id))
    #expect(damaged.code != 0 && damaged.errorText.contains("missing"), "\(damaged)")
    #expect(try scene.run("verify", BytePath(id)).code != 0)
    let known = try scene.run("archive", BytePath(id))
    #expect(known.code == 1 && known.errorText.contains("it is damaged"), "\(known)")
    #expect(!FileTree.exists(archive(of: id, scene)))
    #expect(try scene.names(in: "tmp").isEmpty)
  }

  @Test(
    "which ones, is said by a selector or an age",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func chosen() throws {
    let scene = try Scene.small()
    let id = try scene.take("custom", "one", "--no-database")
    for words in [[], ["--older-than", "6"], ["--older-than", "0"], [BytePath(id), "--older-than", "6m"]]
      as [[BytePath]]
    {
      let wrong = try scene.program.run(["archive"] + words)
      #expect(wrong.code == 2, "\(words): \(wrong)")
    }
    #expect(try scene.checkpoint("archive", "--older-than", "6m").text.contains("nothing to archive"))
    let program = try scene.program.at("2030-03-17 12:00:00", in: scene.directory.path)
    let later = try program.run(["archive", "--older-than", "1d", "--json"]).succeeded().json()
    #expect(later["archived"]?.array?.count == 1, "\(later)")
  }

  @Test("prune archives full checkpoints that no rule keeps, and keeps the archives")
  func pruned() throws {
    let scene = try Scene.small()
    let ids = try (0..<4).map { number in
      try scene.repository.write(".env", "NUMBER=\(number)\n", mode: 0o600)
      return try scene.take("full", "--no-database")
    }
    #expect(try scene.checkpoint("prune", "--dry-run").text.contains("kept: keepWithin"))
    try scene.repository.git("config", "checkpoint.retention.full.keepLast", "1")
    #expect(try scene.checkpoint("prune", "--dry-run").lines.count { $0.contains("to be archived") } == 3)
    let done = try scene.run("prune", "--yes", "--json").succeeded().json()
    #expect(done["archived"]?.array?.count == 3 && done["removed"]?.array?.isEmpty == true, "\(done)")
    #expect(try scene.checkpoint("prune", "--yes").text.contains("nothing to remove"))
    try scene.checkpoint("verify", "--all")
    // Without archives they go.
    try scene.repository.git("config", "checkpoint.retention.full.archive", "false")
    try scene.checkpoint("prune", "--yes")
    #expect(try scene.names(in: "manifests") == ["\(ids[3]).json"])
    #expect(try scene.names(in: "archive").allSatisfy { try scene.names(in: "archive/\($0)").isEmpty })
  }

  @Test("what others need stays, even if the archived one has the same documents")
  func shared() throws {
    let scene = try Scene.small()
    try scene.repository.write(".env", Self.content, mode: 0o600)
    let ids = try (0..<5).map { _ in try scene.take("full", "--no-database") }
    for id in ids.shuffled().dropLast() {
      try scene.checkpoint("archive", BytePath(id), "--now")
      try scene.checkpoint("verify", "--all")
    }
  }

  @Test("contents are not removed while their archive is damaged, and it can be written again")
  func damagedEarly() throws {
    let scene = try Scene.small()
    try scene.repository.write(".env", Self.content, mode: 0o600)
    let id = try scene.take("full", "--no-database")
    try scene.checkpoint("archive", BytePath(id))
    var bytes = try FileTree.readAll(archive(of: id, scene))
    bytes[bytes.count / 2] ^= 1
    try SystemFileOperations().replaceFile(archive(of: id, scene), with: bytes)
    #expect(try scene.run("verify", BytePath(id)).code == 12)
    try scene.checkpoint("gc", "--now")
    try scene.checkpoint("archive", BytePath(id), "--now")
    try scene.checkpoint("verify", BytePath(id))
    try scene.checkpoint("gc", "--now")
    try scene.checkpoint("rollback", "--yes", BytePath(id))
    #expect(try FileTree.readAll(scene.repository.top.appending(".env")) == Array(Self.content.utf8))
  }

  @Test("a damaged chunk that was left over does not hide the archive's")
  func damagedLeftover() throws {
    let scene = try Scene.small()
    try scene.repository.write(".env", Self.content, mode: 0o600)
    let id = try scene.take("full", "--no-database")
    try scene.checkpoint("archive", BytePath(id), "--now")
    try scene.repository.write(".env", "NUMBER=2\n", mode: 0o600)
    try scene.checkpoint("verify", BytePath(id))
    let stock = StockTools(store: scene.store)
    let piece = try stock.chunks(of: ".env", in: stock.document(ofSource: "files", in: id))[0]
    let path = stock.file(piece)
    try FileTree.makeDirectories(#require(path.parent), mode: 0o700)
    try SystemFileOperations().replaceFile(path, with: Array("garbage".utf8))
    try scene.checkpoint("rollback", "--yes", BytePath(id))
    #expect(try FileTree.readAll(scene.repository.top.appending(".env")) == Array(Self.content.utf8))
  }

  @Test(
    "one that cannot be archived keeps prune from nothing else; a pack is one, whatever git's settings say")
  func prunedPartly() throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "pack.packSizeLimit", "1m")
    var random = SeededGenerator()
    let large = (0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    for name in ["one", "two"] as [BytePath] { try scene.repository.write(name, large) }
    let first = try scene.take("full", "--no-database")
    try scene.checkpoint("archive", BytePath(first))
    let packed = try Program.run(["tar", "--zstd", "-xOf", archive(of: first, scene), "\(first)/git.pack"])
      .succeeded()
    #expect(packed.output.count > large.count)
    try scene.repository.write("gone", "only here\n")
    let damaged = try scene.take("full", "--no-database")
    let object = try scene.repository.git("hash-object", "gone").line
    try FileTree.remove(
      scene.repository.top.appending(BytePath(".git/objects/\(object.prefix(2))/\(object.dropFirst(2))")))
    try FileTree.remove(scene.repository.top.appending("gone"))
    for _ in 0..<3 { _ = try scene.take("incremental", "--no-database") }
    _ = try scene.take("full", "--no-database")
    for key in ["full", "incremental"] as [BytePath] {
      try scene.repository.git("config", "checkpoint.retention.\(key).keepLast", "1")
    }
    let done = try scene.run("prune", "--yes", "--json")
    #expect(done.code == 3 && done.errorText.contains(damaged), "\(done)")
    #expect(try done.json()["removed"]?.array?.isEmpty == false, "\(done)")
    #expect(!FileTree.exists(archive(of: damaged, scene)))
  }

  @Test("a checkpoint of an unchanged database after an archived one is taken", .needsPostgreSQL)
  func unchanged() throws {
    let scene = try Scene.small(.createDatabases)
    let id = try scene.take("incremental")
    try scene.checkpoint("archive", BytePath(id), "--now")
    try scene.checkpoint("incremental")
    try scene.checkpoint("verify", "--all")
  }
}

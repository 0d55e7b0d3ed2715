// Restoring chosen files, components, and the configuration that git ignores.

import FileSystem
import TestSupport
import Testing

@Suite("Restore chosen files")
struct RestorePartTests {
  private let scene: Scene
  private let repository: SampleRepository
  private let broken: Picture

  /// A checkpoint `good` of files that all say “before”; then all say “after”, and some came later.
  init() throws {
    scene = try Scene.small()
    repository = scene.repository
    try repository.write(
      ".checkpointconfig",
      """
      [component "Video"]
      \tpath = src/video
      \tpath = assets/video/
      [component "later"]
      \tpath = src/later

      """)
    let names: [BytePath] = [
      "src/video/a.ts", "src/video/b.TS", "src/meet/c.ts", "assets/video/d.png", "docs/e.md", "odd [x]*.ts",
    ]
    for name in names { try repository.write(name, "before\n") }
    try repository.commit("All")
    try repository.write("src/video/untracked.ts", "before\n")
    try repository.write(".env", "A=before\n", mode: 0o600)
    try repository.write("src/video/.env.local", "A=before\n", mode: 0o640)
    try FileTree.makeDirectories(repository.top.appending("src/video/empty"), mode: 0o755)
    try scene.checkpoint("custom", "good", "--no-database")
    for name in names + ["src/later/x.ts", "src/video/later.ts", "src/video/.env.later"] {
      try repository.write(name, "after\n")
    }
    try repository.write(".env", "A=after\n", mode: 0o600)
    for name in ["src/video/untracked.ts", "src/video/.env.local", "src/video/empty"] as [BytePath] {
      try repository.remove(name)
    }
    try repository.git("add", "src/video/later.ts")
    broken = try scene.picture()
  }

  private var afterwards: Set<String> {
    get throws {
      Set(
        try scene.picture().differences(since: broken).compactMap { line in
          let words = line.split(separator: " ", maxSplits: 3)
          return words.count == 4 && words[0] == "files:" && words[1] == "+"
            ? String(words[3].split(separator: " before").first ?? "") : nil
        })
    }
  }

  @Test(
    "files are chosen by git's pathspecs, from the current directory",
    arguments: [
      (["src/*.ts"], "", ["src/meet/c.ts", "src/video/a.ts", "src/video/untracked.ts"]),
      (["*.ts", ":!meet"], "src", ["src/video/a.ts", "src/video/untracked.ts"]),
      ([":(icase)video/*.ts"], "src", ["src/video/a.ts", "src/video/b.TS", "src/video/untracked.ts"]),
      ([":(top,glob)*/video/*.png"], "docs", ["assets/video/d.png"]),
      ([":(literal)odd [x]*.ts"], "", ["odd [x]*.ts"]),
      ([":/docs", "c.ts"], "src/meet", ["docs/e.md", "src/meet/c.ts"]),
    ])
  func pathspecs(words: [String], directory: String, expected: [String]) throws {
    let place = repository.top.appending(directory)
    let arguments: [BytePath] = ["restore", "files", "--yes", "good", "--"] + words.map { BytePath($0) }
    try scene.program.run(arguments, in: place).succeeded()
    #expect(try afterwards == Set(expected))
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("a pathspec that means nothing is named, and nothing happens, although another one means something")
  func unmatched() throws {
    let result = try scene.run("restore", "files", "--yes", "good", "docs", "nothing/*.ts")
    #expect(result.code == 1 && result.errorText.contains("“nothing/*.ts” matches no file"), "\(result)")
    try scene.expect(broken)
    let leftovers = try FileTree.list(repository.top.appending(".git")).filter { $0.hasPrefix("checkpoint-") }
    #expect(leftovers.isEmpty)
  }

  @Test(
    "a pathspec that git does not take is named, with git's reason, and nothing happens",
    arguments: [
      (":(nonsense)x", "Invalid pathspec magic 'nonsense'"), ("../../x", "is outside repository"),
      (":!../../x", "is outside repository"), ("", "empty string is not a valid pathspec"),
    ])
  func invalidPathspec(pathspec: BytePath, reason: String) throws {
    let result = try scene.run("restore", "files", "good", "docs", pathspec, "--yes")
    #expect(result.code == 2, "\(result)")
    let error = "error: git does not accept the pathspec “\(pathspec)”: "
    #expect(result.errorText.hasPrefix(error) && result.errorText.contains(reason), "\(result)")
    #expect(result.errorText.contains("hint: ") && !result.errorText.contains("ls-files"), "\(result)")
    try scene.expect(broken)
  }

  @Test("config brings back the files that git ignores, and leaves everything else alone")
  func config() throws {
    try scene.checkpoint("restore", "config", "--yes", "good")
    #expect(try repository.read(".env") == "A=before\n")
    #expect(try FileTree.status(repository.top.appending("src/video/.env.local"))?.permissions == 0o640)
    #expect(try repository.read("src/video/.env.later") == "after\n")
    #expect(try repository.read("src/video/a.ts") == "after\n")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("a component's directories become as they were, other files stay, and undo takes that back")
  func components() throws {
    try scene.checkpoint("restore", "components", "Video", "good", "--yes")
    for name in ["src/video/a.ts", "src/video/b.TS", "src/video/untracked.ts", "assets/video/d.png"] {
      #expect(try repository.read(name) == "before\n")
    }
    #expect(try repository.read("src/video/.env.local") == "A=before\n")
    #expect(repository.exists("src/video/empty"))
    #expect(!repository.exists("src/video/later.ts") && !repository.exists("src/video/.env.later"))
    for name in ["src/meet/c.ts", "docs/e.md", "src/later/x.ts"] {
      #expect(try repository.read(name) == "after\n")
    }
    #expect(try repository.read(".env") == "A=after\n")
    let now = try scene.picture()
    #expect(now.parts["index"] == broken.parts["index"] && now.parts["HEAD"] == broken.parts["HEAD"])
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("--keep-untracked leaves what came later in a component")
  func keepUntracked() throws {
    try repository.write("src/video/new.ts", "after\n")
    try scene.checkpoint("restore", "components", "Video", "good", "--yes", "--keep-untracked")
    #expect(try repository.read("src/video/new.ts") == "after\n")
    #expect(try repository.read("src/video/a.ts") == "before\n")
  }

  @Test(
    "mistakes are reported and change nothing",
    arguments: [
      (["components", "Vdeo", "good"], 2, "components: Video, later"),
      (["components", "later", "good"], 1, "holds no src/later, of the component later"),
      (["components", "good"], 2, "usage: checkpoint restore components"),
      (["config", "good", "x"], 2, "usage: checkpoint restore config"),
      (["files", "good", "--target-db", "x"], 2, "goes with restore database"),
      (["config", "good", "--keep-untracked"], 2, "goes with restore components"),
    ])
  func mistakes(words: [String], code: Int, message: String) throws {
    let result = try scene.program.run(["restore", "--yes"] + words.map { BytePath($0) })
    #expect(result.code == Int32(code) && result.errorText.contains(message), "\(result)")
    try scene.expect(broken)
  }
}

@Suite("Undo of a part")
struct UndoOfPartTests {
  @Test(
    "undo of restored files is about these files, whatever was done since",
    arguments: ["files", "components"])
  func onlyThese(part: String) throws {
    let scene = try Scene.small()
    let repository = scene.repository
    try repository.write(".checkpointconfig", "[component \"dir\"]\n\tpath = dir\n")
    try repository.write("dir/a.txt", "recorded\n")
    try repository.write("dir/gone.txt", "recorded\n")
    try repository.commit("Second")
    try scene.checkpoint("custom", "one", "--no-database")
    try repository.write("dir/a.txt", "edited\n")
    try repository.remove("dir/gone.txt")
    try scene.checkpoint(
      "restore", part, "\(part == "files" ? "one" : "dir")", "\(part == "files" ? "dir" : "one")",
      "--yes")
    #expect(try repository.read("dir/a.txt") == "recorded\n" && repository.exists("dir/gone.txt"))
    try repository.write("other.txt", "later\n")
    try repository.write("a.txt", "later\n")
    try repository.git("add", "a.txt", "other.txt")
    try repository.git("commit", "-q", "-m", "Later")
    let head = try repository.git("rev-parse", "HEAD").text
    try scene.checkpoint("undo", "--yes")
    #expect(try repository.read("dir/a.txt") == "edited\n" && !repository.exists("dir/gone.txt"))
    #expect(try repository.read("other.txt") == "later\n" && repository.read("a.txt") == "later\n")
    #expect(try repository.git("rev-parse", "HEAD").text == head)
    try scene.checkpoint("undo", "--yes")
    #expect(try repository.read("dir/a.txt") == "recorded\n" && repository.exists("dir/gone.txt"))
  }

  @Test("an index that git has locked stops a rollback before it begins, and the hint helps")
  func locked() throws {
    let scene = try Scene.small()
    try scene.checkpoint("custom", "one", "--no-database")
    try scene.repository.write("a.txt", "edited\n")
    try scene.repository.write(".git/index.lock", "")
    let result = try scene.run("rollback", "--yes", "one")
    #expect(result.code == 11 && result.errorText.contains("index.lock exists"), "\(result)")
    try scene.repository.remove(".git/index.lock")
    try scene.checkpoint("rollback", "--yes", "one")
    #expect(try scene.repository.read("a.txt") == "one\n")
  }
}

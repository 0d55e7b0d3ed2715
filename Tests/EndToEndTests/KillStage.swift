// The stage for kills: a small project with two recorded states, between which it goes to and fro. A round kills the
// program on its way from one to the other, lets `--continue` or `--abort` finish, and compares everything: the project
// must be in one of the two states, in the one that was asked for, and nothing may be left lying about.

import FileSystem
import Glibc
import TestSupport
import Testing

final class KillStage {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case cold, warm, services, undo
    case inPlace = "in place"

    var testDescription: String { rawValue }
  }

  enum Side: Int {
    case first, second

    var other: Side { self == .first ? .second : .first }
  }

  /// How a round kills.
  enum Blow {
    /// The words of a program that runs ours and kills it.
    case watched([BytePath])
    case timed(Double, withChildren: Bool)
  }

  let scene: Scene
  let database: TestDatabase
  let kind: Kind
  private(set) var kills = 0
  private var ids: [String] = []
  private var pictures: [Picture] = []
  private var side = Side.second
  /// There as long as the project's service runs.
  private let running: BytePath

  init(_ kind: Kind) throws {
    self.kind = kind
    scene = try Scene(kind == .inPlace ? .plain : .createDatabases)
    database = try #require(scene.database)
    running = scene.directory.path.appending("running")
    try makeFirst()
    ids.append(try scene.take("custom", "first"))
    let first = try look()
    try makeSecond()
    ids.append(try scene.take("custom", "second"))
    let second = try look()
    if kind == .services { try configureServices() }
    // HEAD is detached if the branch has gone on. There and back once, so that both are known.
    try scene.checkpoint("rollback", "--yes", "\(ids[0])")
    pictures = [try look(), second]
    try scene.expectNone(
      pictures[0].without(["branch", "branches"]).differences(since: first.without(["branch", "branches"])))
    try scene.checkpoint("undo", "--yes")
    try verify("at the beginning")
  }

  private func makeFirst() throws {
    let repository = scene.repository
    try repository.write(".gitignore", ".env*\nbuild/\n")
    for name in ["a.txt", "b.txt", "src/c.txt", "src/deep/d.txt"] as [BytePath] {
      try repository.write(name, "\(name)\n")
    }
    try repository.link("link", to: "a.txt")
    try repository.commit("First")
    try repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    try repository.write("a.txt", "staged\n")
    try repository.git("add", "a.txt")
    try repository.write("a.txt", "staged, then changed\n")
    try repository.write("new odd/ünï \"x\".txt", "untracked\n", mode: 0o640)
    try repository.write("build/out", "ignored\n")
    try database.psql(
      """
      CREATE TABLE people (id int PRIMARY KEY, name text);
      INSERT INTO people SELECT n, md5(n::text) FROM generate_series(1, 200) n;
      CREATE TABLE things (id int REFERENCES people, what text);
      INSERT INTO things SELECT n, repeat(md5(n::text), 5) FROM generate_series(1, 50) n;
      CREATE SEQUENCE numbers; SELECT nextval('numbers');
      SELECT lo_from_bytea(77001, '\\x00ff');
      """)
  }

  private func makeSecond() throws {
    let repository = scene.repository
    try repository.git("commit", "-q", "-m", "What was staged")
    try repository.remove("src/deep")
    try repository.write("src/deep", "a file where a directory was\n")
    try repository.remove("b.txt")
    try repository.remove("link")
    try repository.write("link/inner", "a directory where a link was\n")
    try repository.remove("new odd")
    try repository.write("later/file.txt", "came later\n", mode: 0o755)
    try repository.git("add", "later/file.txt")
    try repository.write(".env", "DATABASE_URL=\(database.url)\nMORE=1\n", mode: 0o640)
    try repository.write(".env.later", "came later\n", mode: 0o600)
    try database.psql(
      """
      DROP TABLE things; UPDATE people SET name = 'x' WHERE id % 3 = 0; CREATE TABLE later (n int);
      INSERT INTO later VALUES (1); SELECT nextval('numbers'), lo_unlink(77001);
      """)
  }

  /// Outside of the working tree they write down what runs: whatever happens, in the end the service does.
  private func configureServices() throws {
    try FileTree.makeDirectories(running, mode: 0o755)
    for (step, command) in [
      ("stop", "rm -rf '\(running)'"), ("build", "cat a.txt"), ("start", "mkdir -p '\(running)'"),
      ("smoke", "test -d '\(running)'"),
    ] {
      try scene.repository.git("config", "checkpoint.services.\(step)", BytePath(command))
    }
  }

  // MARK: Looking

  /// Everything that has to come back.
  private func look() throws -> Picture {
    var picture = try Picture.workTree(scene.program).merging(.dump(database))
    picture.parts["open"] = [
      try database.server.psql("SELECT datallowconn FROM pg_database WHERE datname = '\(database.name)'")
    ]
    return picture
  }

  private var isPending: Bool { FileTree.exists(scene.store.appending("journal/operation.json")) }

  /// Everything is as it was in the state where the project must be now.
  private func verify(_ comment: Comment) throws {
    try scene.expectNone(look().differences(since: pictures[side.rawValue]), comment)
    if kind == .services { try #require(FileTree.exists(running), "the service does not run; \(comment)") }
  }

  /// If nothing is pending, the kill came too early or too late, so it must be one of the two.
  private func verifyEither(_ comment: Comment) throws {
    let present = try look()
    let differences = pictures.map { present.differences(since: $0) }
    if differences[side.other.rawValue].isEmpty { side = side.other }
    if differences[side.rawValue].isEmpty { return }
    try scene.expectNone(["not as before:"] + differences[side.rawValue], comment)
  }

  /// What killed processes left. Of what the user has to know about, only databases that were live for a moment.
  private func clearUp(isSettled: Bool, _ comment: Comment) throws {
    var unwanted: [String] = []
    var goes = try database.relatives().filter { !$0.contains("_warm_") }
    if kind == .undo { goes = goes.filter { !$0.contains("_before_") } }
    unwanted += goes.filter { !$0.contains("_before_") && !$0.contains("_given_up_") }
    // Databases that were moved aside go as well, because undo is not tried here. With services the program drops them.
    if kind == .services { goes = goes.filter { !$0.contains("_before_") } }
    if !goes.isEmpty {
      try database.server.psql(goes.map { "DROP DATABASE IF EXISTS \"\($0)\";" }.joined(separator: "\n"))
    }
    if isSettled { unwanted += try scene.leftovers() + scene.names(in: "journal") + debris() }
    try scene.expectNone(unwanted, comment)
  }

  private func debris() throws -> [String] {
    try Program.run([
      "find", scene.repository.top.appending(".git"), "-name", "*.lock", "-o", "-name", "*objdir-*", "-o",
      "-name", "checkpoint-restore*", "-o", "-name", "checkpoint-in*", "-o", "-name", "*.tmp",
    ]).succeeded().lines
  }

  // MARK: Killing

  private var words: [BytePath] {
    kind == .undo ? ["undo", "--yes"] : ["rollback", "--yes", "\(ids[side.other.rawValue])"]
  }

  private func prepare() throws {
    if kind == .warm { try scene.checkpoint("warm", "\(ids[side.other.rawValue])") }
  }

  /// Goes to the other state without being killed.
  /// - Parameter calls: to be written down.
  /// - Returns: how long it took, and the calls.
  func goOver(recording calls: [String] = []) throws -> (seconds: Double, calls: [String]) {
    try prepare()
    let file = scene.directory.path.appending("calls")
    let watcher = calls.isEmpty ? [] : SystemCalls.recording(calls, in: file)
    let start = MonotonicTime.now
    try scene.program.start(words, under: watcher).wait().succeeded()
    let seconds = MonotonicTime.now - start
    side = side.other
    try verify("not killed")
    if calls.isEmpty { return (seconds, []) }
    let text = String(decoding: try FileTree.readAll(file), as: UTF8.self)
    return (seconds, text.split(separator: "\n").map(String.init))
  }

  private func strike(_ words: [BytePath], _ blow: Blow) throws -> ProgramResult {
    switch blow {
    case .watched(let watcher): try scene.program.start(words, under: watcher).wait()
    case .timed(let seconds, let withChildren):
      try scene.program.start(words).kill(after: seconds, withChildren: withChildren)
    }
  }

  /// - Parameters:
  ///   - second: kills the process that continues or aborts, too.
  ///   - turning: after that, the other way is gone.
  ///   - comment: what a failure has to say.
  /// - Returns: false if the program ended before it was killed.
  func round(
    _ blow: Blow, then second: Blow? = nil, turning: Bool = false, isContinued: Bool, _ comment: Comment
  ) throws -> Bool {
    try prepare()
    var isContinued = isContinued
    let comment: Comment = "\(kind.rawValue), \(isContinued ? "continued" : "aborted"), \(comment)"
    let result = try strike(words, blow)
    let isKilled = result.signal == SIGKILL
    if isKilled { kills += 1 } else { try #require(result.code == 0, "\(comment): \(result)") }
    guard isPending else {
      try verifyEither(comment)
      try clearUp(isSettled: false, comment)
      return isKilled
    }
    let direction: BytePath = isContinued ? "--continue" : "--abort"
    if let second, try strike(["rollback", direction], second).signal == SIGKILL {
      kills += 1
      if turning && isPending { isContinued.toggle() }
    }
    // Killed after its end, it could not tidy up.
    let isSettled = isPending || second == nil
    if isPending { try settle(&isContinued, isTurned: turning, comment) }
    if isContinued { side = side.other }
    try verify(comment)
    try clearUp(isSettled: isSettled, comment)
    return isKilled
  }

  private func settle(_ isContinued: inout Bool, isTurned: Bool, _ comment: Comment) throws {
    var result = try scene.run("rollback", isContinued ? "--continue" : "--abort")
    if isTurned && isContinued && result.errorText.contains("so this cannot be continued") {
      // The abort had got as far as dropping what was restored.
      isContinued = false
      result = try scene.run("rollback", "--abort")
    }
    try #require(result.code == 0, "\(comment): \(result)")
  }

  /// When all rounds are through.
  func finish() throws {
    for id in ids { try scene.checkpoint("verify", id) }
    try scene.repository.git("fsck", "--strict")
  }
}

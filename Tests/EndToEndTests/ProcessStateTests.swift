// Which processes run is recorded as a command prints it, without secrets, and never at a checkpoint's expense.

import FileSystem
import TestSupport
import Testing

@Suite("State of processes", .needsPostgreSQL)
struct ProcessStateTests {
  private static let secret = "hunter2hunter2"

  private func scene(_ command: String, timeout: Int? = nil) throws -> Scene {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.state.command", BytePath(command))
    if let timeout { try scene.repository.git("config", "checkpoint.state.timeout", "\(timeout)") }
    return scene
  }

  @Test("it is recorded, shown shortly, whole on demand, and left out of lists")
  func recorded() throws {
    let scene = try scene("echo \"web of $CHECKPOINT_NAME\"; printf '\\033[2Kworker\\n' >&2")
    let taken = try scene.checkpoint("custom", "mine")
    #expect(taken.printed.contains("processes") && taken.printed.contains("2 lines"), "\(taken)")
    let state = try scene.run("show", "--json").json()["processState"]
    #expect(state?["output"]?.string == "web of mine\n\u{1B}[2Kworker\n" && state?["exitCode"]?.number == 0)
    #expect(state?["truncated"]?.bool == false && state?["seconds"] != nil)
    #expect(!(try scene.checkpoint("show").text.contains("web of mine\n")))
    let whole = try scene.checkpoint("show", "--processes").text
    #expect(
      whole.contains("web of mine\n") && whole.contains("worker") && !whole.contains("\u{1B}"), "\(whole)")
    #expect(try scene.run("list", "--json").json()[0]?["processState"]?["output"] == nil)
  }

  @Test("whole environments are printed by pm2, and no secret of them is stored")
  func secrets() throws {
    let jlist = """
      [{"name":"web","pm2_env":{"DATABASE_URL":"postgres://u:\(Self.secret)@h/d","SESSION_SECRET":"\(Self.secret)"}}]
      """
    let scene = try scene("cat jlist; echo; echo 'API_TOKEN=\(Self.secret)'")
    try scene.repository.write("jlist", jlist)
    try scene.repository.write(".gitignore", "jlist\n.env*\n")
    try scene.checkpoint("full")
    let output = try #require(try scene.run("show", "--json").json()["processState"]?["output"]?.string)
    #expect(
      output.contains("\"name\":\"web\"") && output.contains("postgres://u:[redacted]@h/d"), "\(output)")
    #expect(!(try scene.checkpoint("show", "--processes", "--json").printed.contains(Self.secret)))
    let manifest = scene.store.appending("manifests").appending(BytePath(try scene.names(in: "manifests")[0]))
    #expect(!String(decoding: try FileTree.readAll(manifest), as: UTF8.self).contains(Self.secret))
  }

  @Test("the database's own password is masked wherever it is")
  func password() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let url = database.url.replacing("\(database.role)@", with: "\(database.role):\(Self.secret)@")
    try scene.repository.write(".env", "DATABASE_URL=\(url)\n", mode: 0o600)
    try scene.repository.git(
      "config", "checkpoint.state.command", "echo mysql -p\(Self.secret) PASS \(Self.secret)")
    try scene.checkpoint("full")
    let output = try scene.run("show", "--json").json()["processState"]?["output"]?.string
    #expect(output == "mysql -p[redacted] PASS [redacted]\n")
  }

  @Test("the end of long output is kept")
  func long() throws {
    let scene = try scene("yes ünï | head -c 300000; echo the end")
    try scene.checkpoint("full")
    let state = try scene.run("show", "--json").json()["processState"]
    let output = try #require(state?["output"]?.string)
    #expect(output.utf8.count <= 65536 && output.utf8.count > 65000 && output.hasSuffix("the end\n"))
    #expect(state?["truncated"]?.bool == true)
  }

  @Test(
    "a command that fails or takes too long is recorded and warned about; the checkpoint is taken",
    arguments: [("echo partly; exit 3", "exit code 3"), ("echo partly; sleep 600", "not done after 1 s")])
  func failing(command: String, problem: String) throws {
    let scene = try scene(command, timeout: 1)
    let taken = try scene.checkpoint("full")
    #expect(taken.errorText.contains("warning: ") && taken.errorText.contains(problem), "\(taken)")
    let state = try scene.run("show", "--json").json()["processState"]
    #expect(state?["problem"]?.string?.contains(problem) == true && state?["output"]?.string == "partly\n")
    #expect(try scene.checkpoint("show").text.contains(problem))
  }

  @Test("something in the background does not hold the checkpoint up")
  func background() throws {
    let scene = try scene("sleep 600 & echo $!")
    try scene.checkpoint("full")
    let output = try #require(try scene.run("show", "--json").json()["processState"]?["output"]?.string)
    try Program.run(["kill", BytePath(output.filter(\.isNumber))]).succeeded()
  }

  @Test("a committed command runs only with consent; without it the checkpoint is taken and says so")
  func trust() throws {
    let scene = try Scene.small()
    try scene.repository.write(".checkpointconfig", "[state]\n  command = echo told\n")
    let untold = try scene.checkpoint("full")
    #expect(
      untold.errorText.contains("echo told") && untold.errorText.contains("checkpoint trust"), "\(untold)")
    #expect(try scene.run("show", "--json").json()["processState"] == nil)
    try scene.checkpoint("trust", "--yes")
    #expect(try scene.checkpoint("full").warnings == [])
    #expect(try scene.run("show", "--json").json()["processState"]?["output"]?.string == "told\n")
  }
}

// Settings as a user meets them: listed with their places, warned about if they are misspelt, refused if they are wrong.

import FileSystem
import TestSupport
import Testing

@Suite("Settings, listed and checked")
struct SettingsCommandTests {
  private func commit(_ scene: Scene, _ file: BytePath, _ text: String) throws {
    try scene.repository.write(file, text)
    try scene.repository.git("add", "-f", file)
    try scene.repository.git("commit", "-q", "--no-verify", "-m", "Settings")
  }

  /// The settings of one key.
  private func listed(_ scene: Scene, _ key: String) throws -> [JSONValue] {
    let output = try scene.program.run(["settings", "--json"]).output
    return try JSONValue(parsing: output)["settings"]?.array?.filter { $0["key"]?.string == key } ?? []
  }

  @Test("each is listed with its value, and the file and line that it comes from")
  func places() throws {
    let scene = try Scene.small()
    try commit(scene, ".checkpointconfig", "[checkpoint]\n\tinclude = a\n\tinclude = b\n\twarm = 3\n")
    try scene.repository.git("config", "checkpoint.warm", "2")
    scene.program.environment["GIT_CONFIG_COUNT"] = "1"
    scene.program.environment["GIT_CONFIG_KEY_0"] = "checkpoint.jobs"
    scene.program.environment["GIT_CONFIG_VALUE_0"] = "7"
    let lines = try scene.checkpoint("settings").lines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      lines.contains("include .checkpointconfig:2 a") && lines.contains("include .checkpointconfig:3 b"))
    #expect(lines.contains { $0.hasPrefix("warm .git/config:") && $0.hasSuffix(" 2") }, "\(lines)")
    #expect(
      lines.contains { $0.hasPrefix("background /") && $0.hasSuffix("/.gitconfig:2 false") }, "\(lines)")
    #expect(lines.contains("jobs git's command line or environment 7"), "\(lines)")
    #expect(lines.contains("untrackedFileLimit default 50m") && lines.contains("rto not set"))
    let warm = try #require(try listed(scene, "warm").first)
    #expect(warm["source"]?.string == "personal" && warm["file"]?.string == ".git/config")
    #expect(try listed(scene, "include").map { $0["line"]?.number } == [2, 3])
    #expect(try listed(scene, "rto").first?["value"] == nil)
  }

  @Test("passwords are not shown, and what is not trusted is marked until it is")
  func consent() throws {
    let scene = try Scene.small()
    try commit(
      scene, ".checkpointconfig",
      "[services]\n\tstop = stop --password hunter22\n[database]\n\turl = postgresql://me:hunter22@db.invalid/x\n"
    )
    for words in [["settings"], ["settings", "--json"]] as [[BytePath]] {
      let text = try scene.program.run(words).succeeded().printed
      #expect(!text.contains("hunter22") && text.contains("me@db.invalid/x"), "\(text)")
    }
    let before = try scene.checkpoint("settings").text
    #expect(before.ranges(of: "(not trusted: checkpoint trust)").count == 2, "\(before)")
    try scene.checkpoint("trust", "--yes")
    #expect(try !scene.checkpoint("settings").text.contains("not trusted"))
    #expect(try listed(scene, "services.stop").first?["trusted"]?.bool == true)
    // The user's own needs no consent.
    try scene.repository.git("config", "checkpoint.services.stop", "mine")
    #expect(try listed(scene, "services.stop").first?["trusted"] == nil)
  }

  @Test("of a webhook's address only the service is shown, whatever its password contains")
  func webhook() throws {
    let scene = try Scene.small()
    for password in ["hunter22", "hunter22@\u{301}", "\u{301}hunter22", "hunter22:\u{301}@x"] {
      try scene.repository.git(
        "config", "checkpoint.notify.webhook", BytePath("https://me:\(password)@\u{301}hook.invalid/hunter22")
      )
      let text = try scene.checkpoint("settings").text
      #expect(!text.contains("hunter22") && text.containsExactly("https://\u{301}hook.invalid/…"), "\(text)")
    }
  }

  @Test("a database whose name begins with a combining mark has its settings")
  func mark() throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.database.\u{301}shop.url", "postgresql://me@db.invalid/x")
    let result = try scene.checkpoint("settings")
    #expect(result.text.contains("me@db.invalid/x") && result.errors.isEmpty, "\(result)")
  }

  @Test(
    "a value of the wrong kind is listed with what was expected, and is an error with its line where it is used"
  )
  func wrong() throws {
    let scene = try Scene.small()
    try commit(scene, ".checkpointconfig", "[checkpoint]\n\tuntrackedLimit = much\n")
    let listed = try scene.run("settings")
    #expect(listed.code == 3 && listed.text.contains("(wrong: expected a number of bytes"), "\(listed)")
    let refused = try scene.run("full")
    #expect(refused.code == 2, "\(refused)")
    #expect(
      refused.errorText.contains(
        "checkpoint.untrackedLimit is “much” (.checkpointconfig:2), expected a number of"),
      "\(refused)")
  }

  @Test("a misspelt name is warned about once, on standard error, and stops nothing")
  func misspelt() throws {
    let scene = try Scene.small()
    try commit(scene, ".checkpointconfig", "[hooks]\n\tbrnach = main\n")
    let warning = ".checkpointconfig:2: unknown setting “hooks.brnach”, did you mean “hooks.branch”?"
    for words in [["full"], ["status"], ["list"], ["init"]] as [[BytePath]] {
      let result = try scene.program.run(words).succeeded()
      #expect(result.errorText.ranges(of: warning).count == 1 && !result.text.contains("brnach"), "\(result)")
    }
    let document = try scene.checkpoint("status", "--json")
    #expect(try JSONValue(parsing: document.output)["error"] == nil && document.errorText.contains(warning))
  }

  @Test("names that would steer the terminal are written out, and of many only some are shown")
  func foreign() throws {
    let scene = try Scene.small()
    let many = (1...50).map { "\tunknown\($0) = x\n" }.joined()
    try commit(scene, ".checkpointconfig", "[database \"\u{1B}]0;x\u{7}\"]\n\turk = 1\n[checkpoint]\n\(many)")
    let result = try scene.checkpoint("full")
    let errors = result.errorText
    #expect(!errors.contains("\u{1B}") && errors.contains("\\u{1b}"), "\(errors)")
    #expect(
      errors.contains("46 more settings without effect") && result.warnings.count == 7,
      "\(errors)")
  }

  @Test("git's hooks say nothing of it, nor is it in what they print")
  func hooks() throws {
    let scene = try Scene.small()
    try commit(scene, ".checkpointconfig", "[checkpoint]\n\tjbos = 1\n")
    try scene.checkpoint("hooks", "install", "--yes")
    try scene.repository.write("a.txt", "more\n")
    let result = try scene.program.git(["commit", "-qam", "More"])
    #expect(result.code == 0 && !result.printed.contains("jbos"), "\(result)")
    #expect(try scene.names(in: "manifests").count == 1)
  }

  @Test(
    "consent that an earlier version recorded holds for the same commands and addresses, and for no others")
  func earlierConsent() throws {
    let scene = try Scene.small()
    try commit(scene, ".checkpointconfig", EarlierConfiguration.committed)
    try commit(scene, ".env", EarlierConfiguration.variables)
    for (key, value) in EarlierConfiguration.personal {
      try scene.repository.git("config", BytePath(key), BytePath(value))
    }
    let before = try scene.checkpoint("settings")
    #expect(before.text.contains("not trusted") && before.errors.isEmpty, "\(before)")
    try scene.repository.write(".git/checkpoint-trusted", EarlierConfiguration.consent)
    let after = try scene.checkpoint("settings")
    #expect(!after.text.contains("not trusted") && after.errors.isEmpty, "\(after)")
    try commit(
      scene, ".checkpointconfig",
      EarlierConfiguration.committed.replacing("stop web", with: "stop web db"))
    #expect(try scene.checkpoint("settings").text.contains("not trusted"))
  }

  @Test("the page about all settings needs no repository")
  func page() throws {
    let scene = try Scene.small()
    let page = try scene.program.run(["settings", "--markdown"], in: "/").succeeded()
    #expect(page.lines.first == "# Settings" && page.errors.isEmpty)
    #expect(try scene.run("settings", "--markdown", "--json").code == 2)
  }
}

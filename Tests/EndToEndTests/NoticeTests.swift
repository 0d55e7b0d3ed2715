// Notices of what happens by itself: that they arrive, say what happened, keep secrets, and are not too many.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Notices")
struct NoticeTests {
  private let scene: Scene
  private let programs: BytePath

  init() throws {
    scene = try Scene.small()
    programs = scene.directory.path.appending("programs")
    scene.program.environment["PATH"] = "\(programs):/usr/bin:/bin"
  }

  private func set(_ key: String, _ value: String) throws {
    try scene.repository.git("config", BytePath("checkpoint.\(key)"), BytePath(value))
  }

  /// A scheduled run that fails: there is no database.
  private func fail() throws { #expect(try scene.run("schedule", "run", "database").code == 2) }

  private func heard(_ name: BytePath) throws -> String {
    String(decoding: try FileTree.readIfThere(scene.directory.path.appending(name)) ?? [], as: UTF8.self)
  }

  @Test("the command gets the facts in its environment and as JSON on its standard input")
  func command() throws {
    let place = scene.directory.path
    try set(
      "notify.command",
      "cat >'\(place)/json'; echo \"$CHECKPOINT_EVENT $CHECKPOINT_OPERATION\" >>'\(place)/events'")
    try fail()
    #expect(try heard("events") == "failed schedule database\n")
    let json = try heard("json")
    #expect(
      json.contains("\"event\":\"failed\"") && json.contains("\"message\":\"there is no database to record\"")
        && json.contains("\"project\":\"\(scene.repository.top)\""), "\(json)")
  }

  @Test(
    "a failure that goes on is told once a day, its end once, and success only if that is wanted",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func onceADay() throws {
    try set(
      "notify.command", "echo \"$CHECKPOINT_EVENT $CHECKPOINT_OPERATION\" >>'\(scene.directory.path)/events'")
    // It fails because the setting is wrong.
    func run(_ program: CheckpointProgram, fails: Bool) throws {
      try set("untrackedLimit", fails ? "wrong" : "1g")
      let result = try program.run(["schedule", "run", "incremental"])
      #expect((result.code == 0) == !fails, "\(result)")
    }
    try run(scene.program, fails: false)
    try run(scene.program, fails: true)
    try run(scene.program, fails: true)
    #expect(try heard("events") == "failed schedule incremental\n")
    try run(scene.program.at("+25h", in: scene.directory.path), fails: true)
    try run(scene.program.at("+26h", in: scene.directory.path), fails: true)
    #expect(try heard("events").split(separator: "\n").count == 2)
    // A clock that was set back is no reason to be silent.
    try run(scene.program, fails: true)
    try run(scene.program, fails: false)
    try run(scene.program, fails: false)
    #expect(
      try heard("events").split(separator: "\n").map { $0.prefix { $0 != " " } } == [
        "failed", "failed", "failed", "recovered",
      ])
    try set("notify.success", "true")
    try run(scene.program, fails: false)
    #expect(try heard("events").hasSuffix("succeeded schedule incremental\n"))
  }

  @Test(
    "a command that hangs, forks, floods or fails is ended and logged, and changes nothing else",
    arguments: ["sleep 60 & sleep 60", "yes", "exit 7", "kill -9 $$", "/nonexistent/program"])
  func badCommand(text: String) throws {
    try set("notify.command", text)
    try set("notify.timeout", "1")
    let start = MonotonicTime.now
    try fail()
    #expect(MonotonicTime.now - start < 20)
    let entries = try #require(try scene.checkpoint("log", "--kind", "notify", "--json").json().array)
    #expect(entries.count == 1 && entries[0]["result"]?.string?.hasPrefix("command: ") == true, "\(entries)")
    #expect(try scene.run("notify", "test").code == 1)
  }

  @Test("mails arrive with their subject and address, and one that is refused is logged")
  func mail() throws {
    let sink = try NoticeSink()
    try sink.sendmail(in: programs)
    try set("notify.mail", "you@example.org")
    try fail()
    let lines = try sink.lines("mail")
    #expect(
      lines.contains("To: you@example.org") && lines.contains("there is no database to record"), "\(lines)")
    #expect(lines.contains("Subject: checkpoint of shop: schedule database failed"), "\(lines)")
    let refusing = try NoticeSink(refusals: 1)
    try refusing.sendmail(in: programs)
    let result = try scene.run("notify", "test")
    #expect(result.code == 1 && result.text.contains("mail: ") && result.text.contains("550"), "\(result)")
    try FileTree.remove(programs.appending("sendmail"))
    if !FileTree.exists("/usr/sbin/sendmail") {
      #expect(try scene.run("notify", "test").text.contains("there is no program sendmail"))
    }
    // More headers do not come by the address.
    try set("notify.mail", "you@example.org\nBcc: they@example.org")
    #expect(try scene.run("notify", "test").text.contains("the address is not plain text"))
  }

  @Test(
    "each service gets its form",
    arguments: [
      ("slack", "application/json - {\"text\":\"checkpoint of a&amp;b: schedule database failed"),
      ("discord", "application/json - {\"allowed_mentions\":{\"parse\":[]},\"content\":\"checkpoint of a&b"),
      ("telegram", "application/json - {\"text\":\"checkpoint of a&b: schedule"),
      ("ntfy", "text/plain; charset=utf-8 checkpoint of a&b: schedule database failed there is no database"),
      ("json", "application/json - {\"at\":"), ("auto", "application/json - {\"at\":"),
    ])
  func forms(form: String, expected: String) throws {
    let sink = try NoticeSink()
    try SystemFileOperations().rename(
      scene.repository.top, to: scene.directory.path.appending("a&b"))
    scene.program.directory = scene.directory.path.appending("a&b")
    for (key, value) in [
      ("webhook", "http://127.0.0.1:\(sink.webPort)/hook?token=geheim"), ("form", form),
    ] {
      try scene.program.git(["config", BytePath("checkpoint.notify.\(key)"), BytePath(value)])
    }
    try fail()
    let lines = try sink.lines("web")
    #expect(lines[0].hasPrefix("200 /hook?token=geheim \(expected)"), "\(lines)")
    #expect(lines.count == (form == "ntfy" ? 2 : 1), "\(lines)")
  }

  @Test("a web server that fails at first is asked again; one that is gone is logged, without the address")
  func retries() throws {
    let sink = try NoticeSink(refusals: 1)
    scene.program.environment["CHECKPOINT_WEBHOOK"] = "http://127.0.0.1:\(sink.webPort)/services/GEHEIM"
    #expect(try scene.run("notify", "test").line == "webhook: sent")
    #expect(try sink.lines("web").map { $0.prefix(3) } == ["503", "200"])
    for address in [
      "http://127.0.0.1:1/services/GEHEIM", "file:///etc/GEHEIM", "GEHEIM", "http://a\n/GEHEIM",
    ] {
      scene.program.environment["CHECKPOINT_WEBHOOK"] = address
      let result = try scene.run("notify", "test")
      #expect(result.code == 1 && result.text.hasPrefix("webhook: "), "\(result)")
      #expect(!result.printed.lowercased().contains("geheim"), "\(result)")
      try scene.repository.git("config", "checkpoint.notify.webhook", BytePath(address))
      #expect(try !scene.checkpoint("settings").text.contains("/GEHEIM"))
      try scene.repository.git("config", "--unset", "checkpoint.notify.webhook")
    }
  }

  @Test("what a repository's file says does not change a notice, and cannot silence it")
  func foreignText() throws {
    let sink = try NoticeSink()
    let address = "http://127.0.0.1:\(sink.webPort)"
    for form in ["json", "ntfy"] {
      try set("notify.form", form)
      try set("notify.webhook", "\(address)/\(form)")
      // A quotation mark with a mark on it, and the end of a line.
      for value in ["x\\\"\u{301} y", "x\\nurl = \(address)/other\\nend"] {
        try scene.repository.write(".checkpointconfig", "[checkpoint]\n\tuntrackedLimit = \"\(value)\"\n")
        #expect(try scene.run("schedule", "run", "incremental").code == 2)
      }
      try scene.repository.write(".checkpointconfig", "[notify\n")
      #expect(try scene.run("schedule", "run", "incremental").code != 0)
    }
    let lines = try sink.lines("web").filter { $0.hasPrefix("200") }
    #expect(lines.count == 6 && lines.allSatisfy { !$0.hasPrefix("200 /other") }, "\(lines)")
    #expect(lines.filter { $0.contains("expected a number of bytes") }.count == 4, "\(lines)")
  }

  @Test("a notice that did not arrive is told again, and a warning does not hide a failure")
  func undelivered() throws {
    let place = scene.directory.path
    try set("notify.command", "exit 1")
    try fail()
    try set("notify.command", "echo \"$CHECKPOINT_EVENT\" >>'\(place)/events'")
    try fail()
    try fail()
    #expect(try heard("events") == "failed\n")
    // `archive` is done with a warning if nothing may be pruned, and fails if the setting means nothing.
    func archive(_ prune: String, tells events: String...) throws {
      let before = try heard("events")
      try set("retention.prune", prune)
      _ = try scene.run("schedule", "run", "archive")
      #expect(try heard("events") == before + events.map { "\($0)\n" }.joined(), "\(prune)")
    }
    try archive("off", tells: "warning")
    try archive("off")
    try archive("wrong", tells: "failed")
    try archive("wrong")
    // Another reason is news.
    try archive("wrong as well", tells: "failed")
    try archive("off", tells: "recovered")
    try archive("wrong", tells: "failed")
    try archive("auto", tells: "recovered")
  }

  @Test("what the repository says of the command's time does not count for the user's own command")
  func committedTimeout() throws {
    try set("notify.command", "echo \"$CHECKPOINT_EVENT\" >'\(scene.directory.path)/events'")
    try scene.repository.write(".checkpointconfig", "[notify]\n\ttimeout = never\n")
    try fail()
    #expect(try heard("events") == "failed\n")
  }

  @Test("a slow notice keeps no commit waiting, and a damaged store is told")
  func slow() throws {
    try scene.checkpoint("hooks", "install")
    try TemporaryDirectory.write(
      scene.store.appending("log/notices.json"),
      Array("{\"hook pre-commit\":{\"toldAt\":\"2026-01-01T00:00:00.000Z\",\"reason\":\"\"}}".utf8))
    try set("notify.command", "sleep 8; echo \"$CHECKPOINT_EVENT\" >>'\(scene.directory.path)/events'")
    let start = MonotonicTime.now
    for name in ["one", "two"] {
      try scene.repository.write(BytePath("\(name).txt"), "x\n")
      try scene.program.git(["add", "."])
      let commit = try scene.program.git(["commit", "-m", BytePath(name)])
      #expect(commit.errorText.contains("checkpoint: pre-commit_"), "\(commit)")
    }
    #expect(MonotonicTime.now - start < 7)
    try scene.wait(for: "the notice") { try heard("events") == "recovered\n" }
    try set("notify.command", "echo \"$CHECKPOINT_EVENT\" >>'\(scene.directory.path)/events'")
    try TemporaryDirectory.write(scene.store.appending("format"), Array("what\n".utf8))
    #expect(try scene.run("schedule", "run", "incremental").code != 0)
    #expect(try heard("events") == "recovered\nfailed\n")
  }

  @Test("where notices go does not come with a repository")
  func committed() throws {
    let sink = try NoticeSink()
    try sink.sendmail(in: programs)
    try scene.repository.write(
      ".checkpointconfig",
      """
      [notify]
        mail = they@example.org
        webhook = http://127.0.0.1:\(sink.webPort)/
        command = touch '\(scene.directory.path)/ran'

      """)
    try fail()
    #expect(try sink.lines("mail").isEmpty && sink.lines("web").isEmpty && heard("ran").isEmpty)
    #expect(!FileTree.exists(scene.directory.path.appending("ran")))
    #expect(try scene.run("notify", "test").line == "no way is set")
  }
}

// The user's own commands: what they print comes while they run, they end in time with all they started, and what
// they leave in the background neither holds us up nor suffers from our going on.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Shell commands", .waiting)
struct ShellCommandTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func command(_ text: String, limit: Double = 60, additions: [String: String] = [:]) -> ShellCommand
  {
    var variables = ["PATH": "/usr/bin:/bin"]
    variables.merge(additions) { _, new in new }
    var command = ShellCommand(text, directory: directory.path, environment: variables, limit: limit)
    command.grace = 0.2
    return command
  }

  private func number(in name: BytePath) throws -> pid_t {
    let text = String(decoding: try FileTree.readAll(directory.path.appending(name)), as: UTF8.self)
    return try #require(pid_t(text.filter { $0 != "\n" }))
  }

  /// Gone, or dead and not reaped yet by the process that inherited it.
  private func isGone(_ process: pid_t) -> Bool {
    guard let bytes = try? FileTree.readAll(BytePath("/proc/\(process)/stat")) else { return true }
    return String(decoding: bytes, as: UTF8.self).contains(") Z ")
  }

  private func wait(for condition: () throws -> Bool) throws {
    let deadline = MonotonicTime.now + 30
    while try !condition() {
      try #require(MonotonicTime.now < deadline, "waited too long")
      usleep(10_000)
    }
  }

  @Test(
    "what it leaves in the background is ended if that is asked for, and its own end is what counts",
    arguments: ["sleep 600", "trap '' TERM; touch trapped; while :; do sleep 0.05; done"])
  func endsWhatItLeaves(left: String) throws {
    var command = command("(\(left)) & echo $! >pid; echo said; exit 5")
    command.endsWhatItLeaves = true
    let outcome = try command.run()
    #expect(outcome.ending == .exited(5) && outcome.output == Array("said\n".utf8))
    #expect(isGone(try number(in: "pid")))
  }

  @Test("it runs in its directory, with only the given environment and nothing to read")
  func surroundings() throws {
    let outcome = try command("pwd; echo \"$WORD ${HOME-none}\"; cat; exit 3", additions: ["WORD": "a b"])
      .run()
    #expect(outcome.ending == .exited(3))
    #expect(
      String(decoding: outcome.output, as: UTF8.self)
        == "\(try FileTree.canonical(directory.path))\na b none\n")
  }

  @Test("both streams arrive in their order, while it runs")
  func live() throws {
    var pieces = ""
    // Goes on only when its first words have arrived.
    let outcome = try command("echo one; echo two >&2; while [ ! -e seen ]; do sleep 0.01; done; echo three")
      .run {
        pieces += String(decoding: $0, as: UTF8.self)
        if pieces == "one\ntwo\n" {
          try? FileTree.makeDirectories(directory.path.appending("seen"), mode: 0o700)
        }
      }
    #expect(pieces == "one\ntwo\nthree\n")
    #expect(outcome.succeeded && !outcome.isCutShort)
  }

  @Test("all output is passed on, however long, and its end is kept")
  func muchOutput() throws {
    var count = 0
    let outcome = try command("yes word | head -c 3000000; echo the end").run { count += $0.count }
    #expect(count == 3_000_008)
    #expect(outcome.output.count == 8192 && outcome.isCutShort)
    #expect(outcome.output.suffix(8).elementsEqual("the end\n".utf8))
  }

  @Test("an end by a signal is distinguished from an exit code")
  func signalled() throws {
    #expect(try command("kill -KILL $$").run().ending == .signalled(SIGKILL))
  }

  @Test(
    "after its limit it ends with everything it started, including programs that ignore signals",
    arguments: ["", "trap '' TERM; "], ["", "trap '' TERM; ", "trap 'exit 0' TERM; "])
  func timedOut(inner: String, outer: String) throws {
    let text =
      "(\(inner)echo; while :; do sleep 600; done) & echo $! >inner; \(outer)echo $$ >outer; wait; sleep 600"
    let outcome = try command(text, limit: 0.3).run()
    #expect(outcome.ending == .timedOut)
    for name in ["inner", "outer"] as [BytePath] {
      let process = try number(in: name)
      try wait { isGone(process) }
    }
  }

  @Test("a command that ends politely when its time is up may finish what it does")
  func grace() throws {
    var slow = command("trap 'echo tidied >tidied; exit 0' TERM; while :; do sleep 0.01; done", limit: 0.1)
    slow.grace = 60
    #expect(try slow.run().ending == .timedOut)
    #expect(FileTree.exists(directory.path.appending("tidied")))
  }

  @Test("a request to end that comes the moment it is there ends it")
  func earlyRequest() throws {
    for _ in 0..<20 {
      let (interruption, mark) = (Interruption(), directory.path.appending("there"))
      let command = command("touch there; exec sleep 600")
      let requester = Pending {
        while !FileTree.exists(mark) {}
        interruption.request()
      }
      let outcome = try interruption.covering { try command.run() }
      try requester.get()
      try FileTree.remove(mark)
      #expect(outcome.ending == .interrupted)
    }
  }

  @Test("what stays in the background is not waited for, lives on and can go on printing")
  func background() throws {
    let outcome = try command(
      "(echo begun; while echo tick; do echo x >>ticks; sleep 0.02; done; echo dead >dead) & echo $! >pid; echo started"
    ).run()
    let process = try number(in: "pid")
    defer { kill(process, SIGKILL) }
    #expect(outcome.succeeded)
    #expect(String(decoding: outcome.output, as: UTF8.self).contains("started\n"))
    let ticks = directory.path.appending("ticks")
    let before = FileTree.exists(ticks) ? try FileTree.readAll(ticks).count : 0
    try wait { try (FileTree.exists(ticks) ? FileTree.readAll(ticks).count : 0) > before + 20 }
    #expect(!isGone(process) && !FileTree.exists(directory.path.appending("dead")))
  }

  @Test("a directory that is not there is named")
  func noDirectory() throws {
    var command = command("true")
    command.directory = directory.path.appending("nix")
    let error = #expect(throws: SystemError.self) { try command.run() }
    #expect(error.map { "\($0)" }?.contains("nix") == true)
  }
}

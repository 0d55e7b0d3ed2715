// Completing a stage: its tests are run first, their result is recorded, and it decides what is stable.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Completing a stage", .waiting)
struct StageCompletionTests {
  private static let secret = "hunter2hunter2"

  /// With a test command of the user's own.
  private func scene(_ command: String, timeout: Int? = nil) throws -> Scene {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.tests.command", BytePath(command))
    if let timeout { try scene.repository.git("config", "checkpoint.tests.timeout", "\(timeout)") }
    for phase in ["start", "core", "integration"] { try scene.checkpoint("stage-1-\(phase)") }
    return scene
  }

  private func tests(_ scene: Scene) throws -> JSONValue? {
    try scene.run("show", "--json").succeeded().json()["tests"]
  }

  private func stable(_ scene: Scene) throws -> String? {
    try scene.run("show", "last-stable", "--json").json()["id"]?.string
  }

  @Test("tests that pass make the stage stable; command, exit code, time, counts and output are recorded")
  func passed() throws {
    let scene = try scene(
      "echo \"$CHECKPOINT_STAGE $CHECKPOINT_PHASE $CHECKPOINT_STEP $(cat a.txt)\"; echo told >&2; "
        + "echo '=== 40 passed, 2 skipped in 1.2s ==='")
    let result = try scene.checkpoint("stage-1-complete")
    #expect(result.errorText.contains("stage-1 complete tests one\ntold\n=== 40 passed"), "\(result)")
    #expect(result.printed.contains(#/tests +passed: 40 passed, 2 skipped \(pytest\), /#), "\(result)")
    let tests = try #require(try tests(scene))
    #expect(tests["outcome"]?.string == "passed" && tests["exitCode"]?.number == 0 && tests["seconds"] != nil)
    #expect(tests["runner"]?.string == "pytest" && tests["counts"]?["skipped"]?.number == 2)
    #expect(tests["command"]?.string?.hasPrefix("echo") == true)
    #expect(tests["tail"]?.string?.hasPrefix("stage-1 complete tests one\ntold\n") == true)
    #expect(try stable(scene) == result.line)
    #expect(try scene.checkpoint("list").lines.last?.hasSuffix("stable, recorded, tests passed") == true)
    #expect(try scene.checkpoint("stage", "list").lines.last?.contains(" 40 passed ") == true)
    #expect(try scene.checkpoint("show", "--tests").text.contains("\n  told\n"))
    #expect(try scene.run("list", "--json").json()[3]?["tests"]?["tail"] == nil)
    #expect(try scene.checkpoint("verify", "--all").code == 0)
  }

  @Test("tests that fail are recorded, the checkpoint is there and not stable, the exit code is 3")
  func failed() throws {
    let scene = try scene("printf 'TAP version 13\\nok 1\\nnot ok 2\\n1..2\\n'; exit 7")
    let result = try scene.run("stage-1-complete")
    #expect(
      result.code == 3 && result.printed.contains("failed: 1 passed, 1 failed (TAP), exit code 7"),
      "\(result)")
    #expect(
      result.errorText.contains("warning: the tests failed, so this checkpoint is not stable"), "\(result)")
    let id = try result.line
    #expect(result.errorText.contains("checkpoint mark \(id) stable"), "\(result)")
    #expect(try tests(scene)?["exitCode"]?.number == 7)
    #expect(try stable(scene) == nil)
    #expect(try scene.checkpoint("list").lines.last?.hasSuffix("recorded, tests failed") == true)
    // What is repaired is completed anew, in order.
    try scene.repository.git("config", "checkpoint.tests.command", "true")
    let again = try scene.checkpoint("stage-1-integration")
    #expect(again.warnings == [], "\(again)")
    try scene.checkpoint("mark", id, "stable")
    #expect(try stable(scene) == id)
    let second = try scene.take("stage-1-complete")
    #expect(try stable(scene) == second)
  }

  @Test("--no-tests records that they were not run; no other phase takes it")
  func skipped() throws {
    let scene = try scene("touch ran")
    let result = try scene.checkpoint("stage-1-complete", "--no-tests", "--json")
    #expect(try result.json()["tests"]?["outcome"]?.string == "skipped")
    #expect(try result.json()["warnings"]?[0]?.string?.contains("were not run") == true)
    #expect(try stable(scene) == nil && !FileTree.exists(scene.repository.top.appending("ran")))
    #expect(try scene.run("stage-1-core", "--no-tests").code == 2)
    // Without any there is nothing that could be left out.
    try scene.repository.git("config", "checkpoint.tests.command", "")
    let none = try scene.checkpoint("stage-1-complete", "--no-tests")
    #expect(none.printed.contains(#/tests +none are configured/#) && none.warnings == [], "\(none)")
    #expect(try tests(scene) == nil && stable(scene) == none.line)
  }

  @Test("a committed command needs consent, or --no-tests; nothing is recorded before")
  func trust() throws {
    let scene = try Scene.small()
    try scene.repository.write(".checkpointconfig", "[tests]\n  command = \"echo \u{1B}[2Kran >ran\"\n")
    let refused = try scene.run("stage-1-complete")
    #expect(refused.code == 1 && refused.errorText.contains("tests.command = echo"), "\(refused)")
    #expect(
      refused.errorText.contains("hint: checkpoint trust") && refused.errorText.contains("hint: --no-tests"))
    #expect(!refused.printed.contains("\u{1B}") && !FileTree.exists(scene.repository.top.appending("ran")))
    #expect(try scene.names(in: "manifests") == [])
    try scene.checkpoint("stage-1-start")
    try scene.checkpoint("stage-1-complete", "--no-tests")
    try scene.checkpoint("trust", "--yes")
    try scene.checkpoint("stage-1-complete")
    #expect(FileTree.exists(scene.repository.top.appending("ran")))
  }

  @Test(
    "a command that hangs is ended at its limit, whatever it does against that",
    arguments: LongHunt.cases([
      "trap '' TERM; sleep 600 & wait", "sleep 600", "sleep 600 & wait", "(sleep 600 & sleep 600); true",
    ]))
  func hangs(command: String) throws {
    let scene = try scene("echo begun; \(command)", timeout: 1)
    let result = try scene.program.run(["stage-1-complete"], limit: 50)
    #expect(result.code == 3 && !result.timedOut, "\(result)")
    #expect(result.printed.contains(#/tests +timed out: /#), "\(result)")
    #expect(result.printed.contains("it was not done after 1 s and was ended"), "\(result)")
    #expect(try tests(scene)?["exitCode"] == nil && tests(scene)?["tail"]?.string == "begun")
    #expect(try stable(scene) == nil)
  }

  @Test("what it leaves in the background is ended, and holds nothing up")
  func background() throws {
    let scene = try scene("(while :; do echo x; sleep 0.05; done) & echo $! >pid; echo done")
    let result = try scene.program.run(["stage-1-complete"], limit: 50).succeeded()
    #expect(try tests(scene)?["outcome"]?.string == "passed", "\(result)")
    let process = try scene.repository.read("pid").filter { $0 != "\n" }
    // It may still be a zombie that its parent has not waited for.
    let state = try? FileTree.readAll(BytePath("/proc/\(process)/stat"))
    #expect(state.map { String(decoding: $0, as: UTF8.self).contains(") Z ") } ?? true)
  }

  @Test("Ctrl-C ends the tests and takes no checkpoint")
  func interrupted() throws {
    let scene = try scene("touch begun; exec sleep 600")
    let running = try scene.program.start(["stage-1-complete"])
    let deadline = MonotonicTime.now + 30
    while !FileTree.exists(scene.repository.top.appending("begun")) {
      try #require(MonotonicTime.now < deadline)
      usleep(10_000)
    }
    running.send(SIGINT)
    let result = running.wait()
    #expect(result.code == 130, "\(result)")
    #expect(try scene.names(in: "manifests").count == 3)
  }

  @Test("while tests run the store is free: they can use checkpoint themselves")
  func reentrant() throws {
    let scene = try scene(
      "'\(CheckpointProgram.binary)' custom inside && '\(CheckpointProgram.binary)' rollback --yes inside")
    let result = try scene.checkpoint("stage-1-complete")
    #expect(try tests(scene)?["outcome"]?.string == "passed", "\(result)")
  }

  @Test("JUnit files that the run writes count for more than words; older ones do not count")
  func junitFiles() throws {
    let scene = try scene(
      """
      mkdir -p build/a build/deep/b; echo '<testsuite><testcase/><testcase><failure/></testcase></testsuite>' >build/a/TEST-1.xml
      cp build/a/TEST-1.xml build/deep/b/TEST-2.xml; echo '9 passed in 1s'; exit 1
      """)
    let old = "<testsuite><testcase/><testcase/><testcase/></testsuite>"
    try scene.repository.write("build/old/TEST-0.xml", old)
    try scene.repository.write("build/deep/TEST-0.xml", old)
    for pattern in ["build/*/TEST-*.xml", "build/deep/**/*.xml", "./nowhere/*.xml"] {
      try scene.repository.git("config", "--add", "checkpoint.tests.junit", BytePath(pattern))
    }
    #expect(try scene.run("stage-1-complete").code == 3)
    let counted = try #require(try tests(scene))
    #expect(counted["runner"]?.string == "JUnit XML")
    #expect(
      counted["counts"] == .object(["passed": .number(2), "failed": .number(2), "skipped": .number(0)]))
    try scene.repository.git("config", "checkpoint.tests.command", "echo '9 passed in 1s'")
    let none = try scene.checkpoint("stage-1-complete")
    #expect(none.errorText.contains("warning: tests: no file that tests.junit names was written"), "\(none)")
    #expect(try tests(scene)?["counts"]?["passed"]?.number == 9)
  }

  @Test("no secret of the output or the command is stored or shown")
  func secrets() throws {
    let scene = try scene(
      "echo API_TOKEN=\(Self.secret); echo 'postgres://u:\(Self.secret)@h/d'; echo \"it is $PGPASSWORD.\"; exit 1"
    )
    scene.program.environment["PGPASSWORD"] = "correct horse"
    let result = try scene.run("stage-1-complete")
    #expect(result.code == 3)
    let tail = try #require(try tests(scene)?["tail"]?.string)
    #expect(tail == "API_TOKEN=[redacted]\npostgres://u:[redacted]@h/d\nit is [redacted].", "\(tail)")
    for name in try scene.names(in: "manifests") {
      let bytes = try FileTree.readAll(scene.store.appending("manifests").appending(BytePath(name)))
      #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret))
    }
    let shown = try scene.checkpoint("show", "--tests").text + scene.checkpoint("stage", "show").text
    #expect(!shown.contains(Self.secret) && !shown.contains("correct horse"))
  }

  @Test("output in any encoding, with control characters, and of any length is recorded as text")
  func encodings() throws {
    let scene = try scene(
      "printf 'gr\\374n \\377\\n\\033[31mrot\\033[0m\\033]0;title\\007 ok\\n\\000\\001\\n'; head -c 3000000 /dev/zero | tr '\\0' x; "
        + "echo; echo 5 passed in 1s")
    try scene.checkpoint("stage-1-complete")
    let run = try #require(try tests(scene))
    #expect(run["counts"]?["passed"]?.number == 5)
    #expect((run["tail"]?.string?.utf8.count ?? .max) < 10_000)
    try scene.repository.git(
      "config", "checkpoint.tests.command", "printf 'gr\\374n\\n\\033[31mrot\\033[0m ok\\n\\033[2J\\n'")
    try scene.checkpoint("stage-1-complete")
    #expect(try tests(scene)?["tail"]?.string == "grün\nrot ok")
    #expect(!(try scene.checkpoint("show", "--tests").printed.contains("\u{1B}")))
  }

  @Test("if exit code and counts disagree the exit code decides, and that is said")
  func disagreement() throws {
    let scene = try scene("echo '1 failed, 2 passed in 1s'")
    let result = try scene.checkpoint("stage-1-complete")
    #expect(result.errorText.contains("warning: tests: the exit code is 0, although 1 failed"), "\(result)")
    #expect(try stable(scene) == result.line)
  }

  @Test("with --quiet nothing of what passed is printed, and of what failed the end")
  func quiet() throws {
    let scene = try scene("echo told")
    let passed = try scene.checkpoint("stage-1-complete", "--quiet")
    #expect(passed.errors == [] && passed.lines.count == 1, "\(passed)")
    try scene.repository.git("config", "checkpoint.tests.command", "printf 'told \\033[2J\\n'; exit 1")
    let failed = try scene.run("stage-1-complete", "--quiet")
    #expect(failed.errorText.hasPrefix("told") && !failed.printed.contains("\u{1B}"), "\(failed)")
  }

  @Test("a limit that is none is refused before anything runs; a command that is not there fails")
  func badSettings() throws {
    let scene = try scene("touch ran", timeout: 0)
    #expect(try scene.run("stage-1-complete").code == 2)
    #expect(!FileTree.exists(scene.repository.top.appending("ran")))
    try scene.repository.git("config", "checkpoint.tests.timeout", "1m")
    try scene.repository.git("config", "checkpoint.tests.command", "no-such-program-here")
    #expect(try scene.run("stage-1-complete").code == 3)
    #expect(try tests(scene)?["exitCode"]?.number == 127)
  }

  @Test("values of .env files whose names are secret are masked in what tests printed")
  func environment() throws {
    let scene = try scene("echo connecting with zzz999new; echo name is plainvalue")
    try scene.repository.write(".env.local", "export API_KEY='zzz999new'\nNAME=plainvalue\n")
    try scene.checkpoint("stage-1-complete")
    let tail = try tests(scene)?["tail"]?.string
    #expect(tail?.contains("zzz999new") == false && tail?.contains("plainvalue") == true, "\(tail ?? "")")
  }

  @Test("if output quotes other runners, the runner that is named counts")
  func runner() throws {
    let scene = try scene(
      "echo '== 3 passed, 1 failed in 0.1s =='; echo 'Tests:       2 failed, 5 passed, 7 total'")
    try scene.repository.git("config", "checkpoint.tests.runner", "pytest")
    try scene.checkpoint("stage-1-complete")
    let tests = try tests(scene)
    #expect(tests?["runner"]?.string == "pytest" && tests?["counts"]?["passed"]?.number == 3)
    try scene.repository.git("config", "checkpoint.tests.runner", "pitest")
    let result = try scene.run("stage-1-complete")
    #expect(result.code == 2 && result.errorText.contains("pytest"), "\(result)")
  }
}

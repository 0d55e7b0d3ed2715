// What is written for clocks is what they understand: cron runs it, systemd and Kubernetes accept it.

import FileSystem
import TestSupport
import Testing

@Suite("The schedule's clocks")
struct ScheduleClockTests {
  private let scene: Scene

  init() throws {
    scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.schedule.database.at", "*/15 8-18 1,15 * mon-fri")
    try scene.repository.git("config", "checkpoint.schedule.full.jitter", "5m")
  }

  @Test(
    "Debian's cron begins a job",
    .enabled(if: ClockPrograms.hasCron, "scripts/test fetches cron; it takes root"))
  func cron() throws {
    let programs = try #require(ClockPrograms.cron)
    try scene.repository.git("config", "checkpoint.schedule.incremental.at", "* * * * *")
    // A minute of this cron takes two seconds.
    let script = """
      set -e
      mount -t tmpfs tmpfs /var/spool
      mkdir -p -m 1730 /var/spool/cron/crontabs
      mount -t tmpfs tmpfs /run
      '\(scene.program.binary)' schedule install
      crontab -l
      FAKETIME='+0 x30' LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketime.so.1) cron -f &
      clock=$!
      count=0
      until ls .git/checkpoints/manifests/incremental_* 2>/dev/null || [ $count -gt 300 ]; do
          sleep 0.1
          count=$((count + 1))
      done
      kill $clock
      wait $clock || true
      """
    var environment = scene.program.environment
    environment["PATH"] = "\(programs)/usr/bin:\(programs)/usr/sbin:/usr/bin:/bin"
    let result = try Program.run(
      ["/usr/bin/unshare", "-m", "/bin/sh", "-c", BytePath(script)], environment: environment,
      directory: scene.repository.top)
    #expect(result.code == 0 && result.text.contains("incremental --quiet >/dev/null"), "\(result)")
    let log = try #require(try scene.checkpoint("log", "--json").json().array)
    #expect(
      log.contains { $0["cause"]?.string == "schedule" && $0["operation"]?.string == "checkpoint" },
      "\(result)")
  }

  @Test(
    "systemd finds nothing wrong with the units, and the calendars are those of the crontab",
    .enabled(if: ClockPrograms.systemd != nil, "systemd is not installed"))
  func systemd() throws {
    let analyze = try #require(ClockPrograms.systemd)
    let text = try scene.checkpoint("schedule", "show", "--systemd", "--catch-up").text
    var files: [BytePath] = []
    for part in text.split(separator: "# checkpoint-").map(String.init) {
      let lines = part.split(separator: "\n", maxSplits: 1)
      let file = scene.directory.path.appending(BytePath("units/checkpoint-\(lines[0])"))
      try TemporaryDirectory.write(file, Array(lines[1].utf8))
      files.append(file)
    }
    #expect(files.count == 8)
    let result = try Program.run([analyze, "verify", "--man=no"] + files)
    #expect(result.code == 0 && result.printed == "", "\(result)")
    let calendars = text.split(separator: "\n").filter { $0.hasPrefix("OnCalendar=") }
    // The 1st and the 15th, or a day from Monday to Friday: two lines.
    #expect(
      calendars.count == 5 && text.contains("Persistent=true") && text.contains("RandomizedDelaySec=300"))
  }

  @Test("timers are written, enabled, and removed", arguments: [false, true])
  func timers(isEdited: Bool) throws {
    let programs = scene.directory.path.appending("programs")
    let calls = scene.directory.path.appending("calls")
    try TemporaryDirectory.write(
      programs.appending("systemctl"), Array("#!/bin/sh\necho \"$@\" >>'\(calls)'\n".utf8), permissions: 0o755
    )
    scene.program.environment["PATH"] = "\(programs):/usr/bin:/bin"
    #expect(try scene.checkpoint("schedule", "install", "--systemd").line == "4 jobs in your systemd timers")
    let place = scene.program.home.appending(".config/systemd/user")
    #expect(try FileTree.list(place).count == 8)
    let timer = try #require(try FileTree.list(place).first { $0.description.hasSuffix("-full.timer") })
    // One that is no longer wanted goes.
    try scene.repository.git("config", "checkpoint.schedule.database.at", "off")
    try scene.checkpoint("schedule", "install", "--systemd")
    #expect(try FileTree.list(place).count == 6)
    if isEdited {
      let text = String(decoding: try FileTree.readAll(place.appending(timer)), as: UTF8.self)
      try TemporaryDirectory.write(place.appending(timer), Array((text + "# mine\n").utf8))
      let result = try scene.run("schedule", "remove")
      #expect(result.code == 1 && result.errorText.contains("edited by hand"), "\(result)")
      #expect(try FileTree.list(place).count == 6)
    }
    try scene.checkpoint("schedule", "remove", "--force")
    #expect(try FileTree.list(place).isEmpty)
    let said = String(decoding: try FileTree.readAll(calls), as: UTF8.self)
    #expect(said.contains("--user enable --now") && said.contains("--user disable --now"), "\(said)")
  }

  @Test("timers that systemd refuses leave the earlier ones as they were")
  func refusedTimers() throws {
    let programs = scene.directory.path.appending("programs")
    let refuses = scene.directory.path.appending("refuses")
    try TemporaryDirectory.write(
      programs.appending("systemctl"),
      Array("#!/bin/sh\ncase \"$*\" in *enable*) test ! -e '\(refuses)' ;; esac\n".utf8), permissions: 0o755)
    scene.program.environment["PATH"] = "\(programs):/usr/bin:/bin"
    let place = scene.program.home.appending(".config/systemd/user")
    func units() throws -> [BytePath: [UInt8]] {
      try FileTree.list(place).reduce(into: [:]) { $0[$1] = try FileTree.readAll(place.appending($1)) }
    }
    try scene.checkpoint("schedule", "install", "--systemd")
    let before = try units()
    try TemporaryDirectory.write(refuses, [])
    try scene.repository.git("config", "checkpoint.schedule.full.at", "daily 05:00")
    try scene.repository.git("config", "checkpoint.schedule.database.at", "off")
    #expect(try scene.run("schedule", "install").code == 1)
    #expect(try units() == before && before.count == 8)
    try FileTree.remove(refuses)
    try scene.checkpoint("schedule", "install")
    #expect(try units().count == 6)
  }

  @Test("without systemd nothing is written, and cron is named")
  func noSystemd() throws {
    let programs = scene.directory.path.appending("programs")
    try TemporaryDirectory.write(
      programs.appending("systemctl"),
      Array("#!/bin/sh\necho 'Failed to connect to bus: No medium found' >&2\nexit 1\n".utf8),
      permissions: 0o755)
    scene.program.environment["PATH"] = "\(programs):/usr/bin:/bin"
    let result = try scene.run("schedule", "install", "--systemd")
    #expect(result.code == 1 && result.errorText.contains("Failed to connect to bus"), "\(result)")
    #expect(result.errorText.contains("--cron"), "\(result)")
    #expect(!FileTree.exists(scene.program.home.appending(".config/systemd")))
  }

  @Test(
    "the CronJobs are what Kubernetes expects",
    .enabled(
      if: ClockPrograms.kubernetes != nil,
      "CHECKPOINT_TEST_KUBERNETES names no kubernetes-validate (scripts/test does)"))
  func kubernetes() throws {
    let validate = try #require(ClockPrograms.kubernetes)
    let text = try scene.checkpoint(
      "schedule", "show", "--kubernetes", "--image", "example.org/shop:3", "--claim", "shop", "--secret",
      "shop: \"x",
      "--namespace", "n"
    ).output
    let file = scene.directory.path.appending("jobs.yaml")
    try TemporaryDirectory.write(file, text)
    let result = try Program.run([validate, "--strict", file])
    #expect(result.code == 0 && result.printed.split(separator: "\n").count == 4, "\(result)")
    #expect(try scene.run("schedule", "show", "--kubernetes").code == 2)
  }
}

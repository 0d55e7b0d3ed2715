// A clock that begins checkpoints: what is written for it, that nothing else of the user's is touched, and what a run does.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("The schedule")
struct ScheduleTests {
  private let scene: Scene
  private let crontab: BytePath

  init() throws {
    scene = try Scene.small()
    // A crontab program that keeps one crontab in a file.
    let programs = scene.directory.path.appending("programs")
    crontab = scene.directory.path.appending("crontab")
    let text = """
      #!/bin/sh
      case $1 in
      -l) cat '\(crontab)' 2>/dev/null || { echo "no crontab for you" >&2; exit 1; } ;;
      -) cat >'\(crontab)' ;;
      *) exit 2 ;;
      esac
      """
    try TemporaryDirectory.write(programs.appending("crontab"), Array(text.utf8), permissions: 0o755)
    scene.program.environment["PATH"] = "\(programs):/usr/bin:/bin"
  }

  private func lines() throws -> [String] {
    String(decoding: try FileTree.readAll(crontab), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private var script: BytePath { scene.store.appending("schedule.sh") }

  @Test("what is installed stands among the user's lines, and goes without a trace")
  func crontabLines() throws {
    let own = Array("# mine\nMAILTO=me\n5 4 * * * echo \u{e9}\n* * * * * true".utf8) + [0xFF]
    try TemporaryDirectory.write(crontab, own)
    try scene.repository.git("config", "checkpoint.schedule.incremental.at", "hourly :15")
    try scene.repository.git("config", "checkpoint.schedule.full.jitter", "5m")
    try scene.repository.git("config", "checkpoint.schedule.archive.at", "off")
    #expect(try scene.checkpoint("schedule", "install").line == "2 jobs in your crontab")
    let found = try lines()
    #expect(try FileTree.readAll(crontab).starts(with: own + [0x0A]))
    let call = "/bin/sh '\(script)'"
    #expect(
      found.filter { $0.contains(call) } == [
        "15 * * * * \(call) incremental --quiet >/dev/null",
        "0 1 * * 0 \(call) full --quiet --jitter 300s >/dev/null",
      ])
    #expect(try FileTree.status(script)?.permissions == 0o700)
    // Installing again changes nothing.
    let before = try FileTree.readAll(crontab)
    try scene.checkpoint("schedule", "install")
    #expect(try FileTree.readAll(crontab) == before)
    try scene.checkpoint("schedule", "install", "--catch-up")
    #expect(
      try lines().filter { $0.hasPrefix("@reboot ") && $0.hasSuffix(" --catch-up >/dev/null") }.count == 2)
    #expect(try scene.checkpoint("schedule", "remove").line == "removed from your crontab")
    #expect(try FileTree.readAll(crontab) == own + [0x0A] && !FileTree.exists(script))
    #expect(try scene.checkpoint("schedule", "remove").line == "no schedule is installed for this project")
  }

  @Test("lines of ours that were edited by hand are kept, and said")
  func edited() throws {
    try scene.checkpoint("schedule", "install")
    let text = String(decoding: try FileTree.readAll(crontab), as: UTF8.self)
    let changed = text.replacing("0 2 * * *", with: "30 4 * * *")
    try TemporaryDirectory.write(crontab, Array(changed.utf8))
    for words in ["install", "remove"] {
      let result = try scene.run("schedule", words)
      #expect(result.code == 1 && result.errorText.contains("edited by hand"), "\(result)")
      #expect(result.errorText.contains("--force"), "\(result)")
    }
    #expect(try lines().contains { $0.hasPrefix("30 4 ") })
    #expect(try scene.run("schedule", "show").errorText.contains("edited by hand"))
    // One of the lines around it is gone.
    try TemporaryDirectory.write(crontab, Array(changed.replacing(" ends\n", with: " is over\n").utf8))
    #expect(try scene.run("schedule", "install").code == 1)
    let own = "30 5 * * * /bin/sh '\(script)' full && rsync"
    try TemporaryDirectory.write(crontab, FileTree.readAll(crontab) + Array("\(own)\n".utf8))
    try scene.checkpoint("schedule", "install", "--force")
    #expect(try lines().filter { $0.contains("schedule.sh") }.count == 4)
    try scene.checkpoint("schedule", "remove")
    #expect(try lines().filter { !$0.hasSuffix(" is over") } == [own])
  }

  @Test("without a crontab program, and with one that refuses, nothing is noted as installed")
  func refused() throws {
    scene.program.environment["PATH"] = "/usr/bin:/bin"
    if !FileTree.exists("/usr/bin/crontab") {
      let result = try scene.run("schedule", "install")
      #expect(result.code == 1 && result.errorText.contains("there is no program crontab"), "\(result)")
      #expect(result.errorText.contains("--systemd"), "\(result)")
    }
    let programs = scene.directory.path.appending("refusing")
    try TemporaryDirectory.write(
      programs.appending("crontab"),
      Array("#!/bin/sh\necho 'You (you) are not allowed to use this program (crontab)' >&2\nexit 1\n".utf8),
      permissions: 0o755)
    scene.program.environment["PATH"] = "\(programs):/usr/bin:/bin"
    let result = try scene.run("schedule", "install")
    #expect(result.code == 1 && result.errorText.contains("You (you) are not allowed"), "\(result)")
    #expect(try scene.checkpoint("schedule", "show").text.contains("no schedule is installed"))
  }

  @Test("a crontab that is edited meanwhile keeps both changes")
  func meanwhile() throws {
    // The first look is followed by a change of another program.
    let programs = scene.directory.path.appending("programs")
    let text = """
      #!/bin/sh
      case $1 in
      -l) cat '\(crontab)'; test -e '\(crontab).once' || { : >'\(crontab).once'; echo '# theirs' >>'\(crontab)'; } ;;
      -) cat >'\(crontab)' ;;
      esac
      """
    try TemporaryDirectory.write(programs.appending("crontab"), Array(text.utf8), permissions: 0o755)
    try TemporaryDirectory.write(crontab, Array("# mine\n".utf8))
    try scene.checkpoint("schedule", "install")
    #expect(
      try lines().prefix(2) == ["# mine", "# theirs"] && lines().contains { $0.contains("schedule.sh") })
  }

  @Test(
    "a run has the environment of the moment of installing, takes, verifies and prunes, and is in the log")
  func run() throws {
    scene.program.environment["PGAPPNAME"] = "it's $HOME"
    try scene.repository.git("config", "checkpoint.retention.incremental.keepLast", "1")
    try scene.checkpoint("incremental")
    try scene.checkpoint("verify", "latest")
    try scene.checkpoint("schedule", "install")
    let written = String(decoding: try FileTree.readAll(script), as: UTF8.self)
    #expect(written.contains("export PGAPPNAME='it'\\''s $HOME'\n") && written.contains("export HOME="))
    // As cron starts it: hardly any environment, another directory.
    try scene.repository.write("a.txt", "two\n")
    let result = try Program.run(
      [
        "/usr/bin/env", "-i", "-C", "/", "PATH=/usr/bin:/bin", "/bin/sh", script, "incremental", "--quiet",
      ])
    #expect(result.code == 0 && result.errorText == "", "\(result)")
    let entries = try #require(try scene.checkpoint("log", "--json").json().array)
    let scheduled = entries.filter { $0["cause"]?.string == "schedule" }.compactMap {
      $0["operation"]?.string
    }
    #expect(scheduled == ["checkpoint", "verify", "prune", "gc", "schedule incremental"])
    #expect(try scene.checkpoint("schedule", "show", "--json").json()["jobs"]?[0]?["lastAt"]?.string != nil)
  }

  @Test("a run pushes to every remote, also what could not be pushed before, and says which one is not there")
  func remotes() throws {
    let (near, far) = (scene.directory.path.appending("near"), scene.directory.path.appending("far"))
    try scene.checkpoint("remote", "add", "near", near)
    try scene.checkpoint("remote", "add", "far", far)
    let away = scene.directory.path.appending("away")
    try Program.run(["mv", far, away]).succeeded()
    let result = try scene.run("schedule", "run", "full", "--json")
    #expect(
      result.code == 3 && result.errorText.contains("not pushed to far: there is no remote at"), "\(result)")
    let document = try result.json()
    #expect(document["remotes"] == .array([.string("near")]), "\(document)")
    let first = try #require(document["checkpoint"]?.string)
    try Program.run(["mv", away, far]).succeeded()
    try scene.repository.write("a.txt", "two\n")
    try scene.checkpoint("schedule", "run", "full")
    for name in ["near", "far"] as [BytePath] {
      let listed = try scene.checkpoint("list", "--remote", name).text
      #expect(listed.contains(first) && listed.split(separator: "\n").count == 3, "\(listed)")
    }
    #expect(try scene.checkpoint("metrics").text.contains("backup_last_push_timestamp{"))
    let doctor = try scene.run("doctor").text
    #expect(doctor.contains("the remote near is on the disk of the repository"), "\(doctor)")
    try FileTree.remove(far)
    #expect(try scene.run("doctor").text.contains("the remote far cannot be used"))
  }

  @Test("two at once: the second leaves at once and says so")
  func overlap() throws {
    let lock = try #require(
      try {
        try scene.checkpoint("custom", "first")
        return try FileLock.acquire(scene.store.appending("lock.schedule-full"), .exclusive)
      }())
    let result = try scene.run("schedule", "run", "full")
    #expect(result.code == 11 && result.errorText.contains("still at work"), "\(result)")
    try scene.checkpoint("schedule", "run", "incremental")
    withExtendedLifetime(lock) {}
  }

  @Test(
    "catching up runs only what was missed since it was installed, and what failed",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func catchUp() throws {
    let nothing = "nothing to catch up on"
    // Files keep their real times.
    scene.program.environment["NO_FAKE_STAT"] = "1"
    func late(_ program: CheckpointProgram) throws -> ProgramResult {
      try program.run(["schedule", "run", "incremental", "--catch-up"])
    }
    #expect(try late(scene.program).line == nothing)
    try scene.checkpoint("schedule", "install", "--catch-up")
    #expect(try late(scene.program).line == nothing)
    let later = try scene.program.at("+2d", in: scene.directory.path)
    try scene.repository.git("config", "checkpoint.untrackedLimit", "wrong")
    #expect(try late(later).code == 2)
    try scene.repository.git("config", "--unset", "checkpoint.untrackedLimit")
    // A schedule that is committed meanwhile decides nothing.
    try scene.repository.write(".checkpointconfig", "[schedule \"incremental\"]\n\tat = off\n")
    #expect(try late(later).line.hasPrefix("incremental_"))
    #expect(try late(later).line == nothing)
    // A time in the future is no run, and what is under way need not be caught up on.
    let lock = try FileLock.acquire(scene.store.appending("lock.schedule-incremental"), .exclusive)
    #expect(try late(scene.program.at("+3d", in: scene.directory.path)).line == nothing)
    withExtendedLifetime(lock) {}
  }

  @Test(
    "a clock that has jumped ahead removes nothing",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func jumpedClock() throws {
    try scene.repository.git("config", "checkpoint.retention.full.archive", "false")
    try scene.repository.git("config", "checkpoint.retention.full.keepWithin", "30d")
    let ids = [try scene.take("full"), try scene.take("full", "again")]
    let result = try scene.program.at("+5y", in: scene.directory.path).run(["schedule", "run", "full"])
    #expect(result.code == 3 && result.errorText.contains("the clock has jumped"), "\(result)")
    #expect(try Set(scene.names(in: "manifests")).isSuperset(of: ids.map { "\($0).json" }))
  }

  @Test(
    "a schedule that runs every two months prunes all the same",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func rareSchedule() throws {
    try scene.repository.git("config", "checkpoint.schedule.full.at", "0 3 1 */2 *")
    try scene.repository.git("config", "checkpoint.retention.full.archive", "false")
    try scene.repository.git("config", "checkpoint.retention.full.keepLast", "1")
    let first = try scene.take("full")
    let result = try scene.program.at("+61d", in: scene.directory.path).run(["schedule", "run", "full"])
    #expect(result.code == 0, "\(result)")
    #expect(try !scene.names(in: "manifests").contains("\(first).json"))
  }

  @Test("a moved project, another keeper and a copied note leave nothing behind")
  func movedAndChanged() throws {
    try scene.checkpoint("schedule", "install", "--catch-up")
    let moved = scene.directory.path.appending("moved")
    try SystemFileOperations().rename(scene.repository.top, to: moved)
    scene.program.directory = moved
    let shown = try scene.run("schedule", "show")
    #expect(shown.code == 3 && shown.errorText.contains("which is gone"), "\(shown)")
    #expect(try scene.run("doctor").text.contains("the clock calls"))
    // Without options it stays where it is, and as it is.
    try scene.checkpoint("schedule", "install")
    #expect(try lines().filter { $0.contains("/moved/") && $0.hasSuffix("--catch-up >/dev/null") }.count == 6)
    #expect(try lines().allSatisfy { !$0.contains("/shop/") })
    try scene.checkpoint("schedule", "install", "--script")
    #expect(try FileTree.readAll(crontab).isEmpty)
    try TemporaryDirectory.write(moved.appending(".git/checkpoints/schedule.json"), [0x7B])
    #expect(try scene.checkpoint("schedule", "show").text.contains("no schedule"))
    try scene.checkpoint("schedule", "install")
    try scene.checkpoint("schedule", "remove")
    #expect(try FileTree.readAll(crontab).isEmpty)
  }

  @Test("an install that fails leaves no script with passwords, and what was there goes on")
  func failedInstall() throws {
    let programs = scene.directory.path.appending("programs")
    try TemporaryDirectory.write(
      programs.appending("systemctl"), Array("#!/bin/sh\nexit 1\n".utf8), permissions: 0o755)
    scene.program.environment["PGPASSWORD"] = "geheim"
    #expect(try scene.run("schedule", "install", "--systemd").code == 1)
    #expect(!FileTree.exists(script))
    try scene.checkpoint("schedule", "install")
    let before = try FileTree.readAll(crontab)
    #expect(try scene.run("schedule", "install", "--systemd").code == 1)
    #expect(try FileTree.readAll(crontab) == before && FileTree.exists(script))
    if geteuid() == 0 {
      let stranger = FileOwner(user: 12_345, group: 12_345)
      try stranger.own(scene.store)
      let result = try scene.run("schedule", "install")
      #expect(result.code == 1 && result.errorText.contains("belongs to another user"), "\(result)")
      try FileOwner(user: 0, group: 0).own(scene.store)
    }
    // Others could change what the clock runs.
    try FileTree.setPermissions(scene.store, 0o777)
    let result = try scene.run("schedule", "install")
    #expect(result.code == 1 && result.errorText.contains("chmod go-w"), "\(result)")
  }

  @Test("several projects at once all get their lines")
  func together() throws {
    let stand = """
      #!/bin/sh
      case $1 in
      -l) cat '\(crontab)' 2>/dev/null || { echo "no crontab for you" >&2; exit 1; } ;;
      -) cat >'\(crontab).'$$; mv '\(crontab).'$$ '\(crontab)' ;;
      esac
      """
    try TemporaryDirectory.write(
      scene.directory.path.appending("programs/crontab"), Array(stand.utf8), permissions: 0o755)
    let places = (0..<6).map { scene.directory.path.appending(BytePath("p\($0)")) }
    for place in places { try scene.program.git(["init", "-q", place]) }
    let running = try places.map { try scene.program.start(["schedule", "install"], in: $0) }
    for program in running { try program.wait().succeeded() }
    #expect(try lines().count { $0.hasSuffix(" ends") } == 6)
  }

  @Test("what fails is in the log, and the user's command hears of it")
  func failure() throws {
    let heard = scene.directory.path.appending("heard")
    try scene.repository.git(
      "config", "checkpoint.notify.command", "echo \"$CHECKPOINT_OPERATION\" >\(heard)")
    let result = try scene.run("schedule", "run", "database")
    #expect(result.code == 2, "\(result)")
    #expect(try FileTree.readAll(heard) == Array("schedule database\n".utf8))
    let last = try #require(try scene.checkpoint("log", "--kind", "schedule", "--json").json().array?.last)
    #expect(last["result"]?.string?.contains("there is no database") == true, "\(last)")
  }

  @Test(
    "wrong times are named with their setting, and nothing is installed",
    arguments: ["noon", "* * * *", "0 2 * * *; rm"])
  func wrongTime(text: String) throws {
    try scene.repository.git("config", "checkpoint.schedule.full.at", BytePath(text))
    let result = try scene.run("schedule", "install")
    #expect(result.code == 2 && result.errorText.contains("checkpoint.schedule.full.at"), "\(result)")
    #expect(!FileTree.exists(crontab))
  }

  @Test(
    "doctor and show say that a schedule is dead, and where its lines went",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func dead() throws {
    try scene.checkpoint("schedule", "install")
    let later = try scene.program.at("+3d", in: scene.directory.path)
    let result = try later.run(["schedule", "show"])
    #expect(result.code == 3 && result.text.contains("missed at"), "\(result)")
    #expect(try later.run(["doctor"]).text.contains("incremental should have begun at"))
    try TemporaryDirectory.write(crontab, [])
    let doctor = try scene.run("doctor")
    #expect(doctor.code == 3 && doctor.text.contains("is gone"), "\(doctor)")
    try scene.checkpoint("schedule", "install")
    #expect(try scene.run("doctor").text.contains("jobs, next at"))
  }
}

// `checkpoint schedule show`: what a clock begins and when, or the text that would be installed.

import Checkpoints
import FileSystem
import Formatting
import Operations
import Scheduling

extension Command {
  static let scheduleShow = Command(
    name: "show", summary: "show when the jobs run, or what would be written",
    details: """
      With --kubernetes it prints a CronJob for each job, to be applied by kubectl: IMAGE has this program,
      git and the database's client; CLAIM is the volume claim with the project, mounted at /project; the
      keys of SECRET become variables, such as DATABASE_URL. Times are those of the cluster's controller,
      mostly UTC.
      """,
    options: [
      .flag("--cron", help: "print the lines for a crontab"),
      .flag("--systemd", help: "print the units"),
      .flag("--kubernetes", help: "print the CronJobs"),
      .value("--image", as: "IMAGE", help: "for --kubernetes: the image"),
      .value("--claim", as: "CLAIM", help: "for --kubernetes: the persistent volume claim"),
      .value("--secret", as: "SECRET", help: "for --kubernetes: the secret with variables"),
      .value("--user", as: "NUMBER", help: "for --kubernetes: the user that owns the project (default 1000)"),
      .value("--namespace", as: "NAME", help: "for --kubernetes: the namespace"),
      .flag("--catch-up", help: "print them so that they make up for what was slept through"),
    ],
    examples: [
      "checkpoint schedule show", "checkpoint schedule show --systemd",
      "checkpoint schedule show --kubernetes --image shop-tools:3 --claim shop --secret shop-database",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    SystemZone.use()
    let workspace = try Workspace(invocation)
    let setup = ScheduleSetup(workspace.session, program: try FileTree.canonical(DetachedProgram.ownProgram))
    let forms = ["--cron", "--systemd", "--kubernetes"].filter(invocation.has)
    if forms.count > 1 { throw UsageError(description: "choose one of --cron, --systemd and --kubernetes") }
    guard let form = forms.first else { return try show(setup, workspace) }
    let plan = try setup.plan(catchesUp: invocation.has("--catch-up") ? true : nil)
    if form != "--kubernetes" && !FileTree.exists(plan.script) {
      workspace.console.warning("the script that this calls is not there yet")
      workspace.console.hint("checkpoint schedule install --script writes it, and nothing else")
    }
    switch form {
    case "--cron":
      for line in CronText.inner(plan) { workspace.console.result(String(decoding: line, as: UTF8.self)) }
    case "--systemd":
      for unit in SystemdTimers.units(plan, user: nil) {
        workspace.console.result("# \(unit.name)\n\(String(decoding: unit.bytes, as: UTF8.self))")
      }
    default: workspace.console.result(try manifest(invocation).text(plan))
    }
    return .done
  }

  private static func manifest(_ invocation: Invocation) throws -> KubernetesManifest {
    guard let image = invocation.value("--image"), let claim = invocation.value("--claim"), !image.isEmpty,
      !claim.isEmpty
    else {
      throw UsageError(
        description: "--kubernetes needs an image and a claim", hints: ["--image IMAGE --claim CLAIM"])
    }
    var manifest = KubernetesManifest(image: image, claim: claim)
    (manifest.secret, manifest.namespace) = (invocation.value("--secret"), invocation.value("--namespace"))
    if let text = invocation.value("--user") {
      guard let user = Int(text), (1..<1 << 31).contains(user) else {
        throw UsageError(description: "--user takes a number above 0, not “\(Format.visible(text))”")
      }
      manifest.user = user
    }
    return manifest
  }

  private static func show(_ setup: ScheduleSetup, _ workspace: Workspace) throws -> ExitCode {
    let (standing, console) = (try setup.standing(), workspace.console)
    if console.isJSON {
      try console.json(ScheduleDocument(standing))
      return standing?.isWell == false ? .partly : .done
    }
    guard let standing else {
      console.result("no schedule is installed for this project")
      console.hint("checkpoint schedule install")
      return .done
    }
    let rows = standing.jobs.map { job in
      [
        job.job.rawValue, "\(job.time)", job.began.map { Format.time($0) } ?? "never",
        job.next.map { Format.time($0) } ?? "-",
        job.missed.map { "missed at \(Format.time($0))" } ?? "",
      ]
    }
    for line in Format.table([["JOB", "MINUTE HOUR DAY MONTH WEEKDAY", "LAST", "NEXT", ""]] + rows) {
      console.result(line)
    }
    switch standing.place {
    case .inPlace: console.remark("in \(standing.keeper.name)")
    case .edited: console.warning("it was edited by hand in \(standing.keeper.name)")
    case .gone: console.warning("it is gone from \(standing.keeper.name): nothing runs")
    }
    if let lost = standing.lost { console.warning("it calls \(Format.visible("\(lost)")), which is gone") }
    if standing.isOutdated { console.warning("the settings say something else by now") }
    if !standing.isWell || standing.isOutdated { console.hint("checkpoint schedule install") }
    return standing.isWell ? .done : .partly
  }
}

private struct ScheduleDocument: Encodable {
  struct Job: Encodable {
    let job: ScheduledJob
    let time: String
    let lastAt: Timestamp?
    let nextAt: Timestamp?
    let missedAt: Timestamp?
  }

  let keeper: ScheduleNote.Keeper?
  let place: ScheduleStanding.Place?
  let lost: String?
  let isOutdated: Bool
  let jobs: [Job]

  init(_ standing: ScheduleStanding?) {
    (keeper, place, isOutdated) = (standing?.keeper, standing?.place, standing?.isOutdated ?? false)
    lost = standing?.lost.map { "\($0)" }
    jobs = (standing?.jobs ?? []).map {
      Job(job: $0.job, time: "\($0.time)", lastAt: $0.began, nextAt: $0.next, missedAt: $0.missed)
    }
  }
}

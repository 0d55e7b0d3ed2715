// The project's settings, each once, section by section. Each kind of source adds its own (in DataSources); together they
// are the table. Their sentences are used in the documentation, by `checkpoint settings`, and in the file that `init`
// writes.

extension SettingSection {
  /// The project's own sections, in the order of the documentation.
  package static let ofProject = [
    SettingSection(
      "", "What is recorded, where, and what happens in the background.",
      [
        SettingKey.store.setting, SettingKey.include.setting, SettingKey.exclude.setting,
        SettingKey.untrackedFileLimit.setting, SettingKey.untrackedLimit.setting,
        SettingKey.includeLarge.setting, SettingKey.recurseSubmodules.setting, SettingKey.paranoid.setting,
        SettingKey.releaseTag.setting, SettingKey.publicTags.setting, SettingKey.push.setting,
        SettingKey.rpo.setting, SettingKey.rto.setting, SettingKey.journald.setting,
        SettingKey.background.setting,
        SettingKey.warm.setting,
        SettingKey.warmSizeLimit.setting, SettingKey.warmCopyLimit.setting, SettingKey.warmFreeSpace.setting,
      ]),
    SettingSection(
      "services",
      "What runs around a rollback, in this order: by sh -c in the top of the working tree.",
      [
        SettingKey.stopCommand.setting, SettingKey.buildCommand.setting, SettingKey.startCommand.setting,
        SettingKey.smokeCommand.setting, SettingKey.servicesTimeout.setting, SettingKey.stopTimeout.setting,
        SettingKey.buildTimeout.setting, SettingKey.startTimeout.setting, SettingKey.smokeTimeout.setting,
      ]),
    SettingSection(
      "state", "Which processes run, recorded in every checkpoint without their secrets.",
      [SettingKey.stateCommand.setting, SettingKey.stateTimeout.setting]),
    SettingSection(
      "hooks",
      "When git's hooks take checkpoints (checkpoint hooks install), and what happens if there is none.",
      [
        SettingKey.hookBranches.setting, SettingKey.releaseBranches.setting,
        SettingKey.releaseMessage.setting,
        SettingKey.hookWaits.setting, SettingKey.hookFailure.setting, SettingKey.hookTimeout.setting,
        SettingKey.hookIsQuiet.setting, SettingKey.hooksOff.setting,
      ]),
    SettingSection(
      "retention",
      "How long checkpoints are kept (checkpoint prune). One stays if any rule keeps it. Without these settings: stage and "
        + "custom for ever; full 180 days, then in an archive; incremental 30 days, hook 14 days, and their last 10 and 200; database 7 daily, 4 weekly, 3 monthly, "
        + "and the last 10; rescue 14 days, and always the newest.",
      [
        SettingKey.prune.setting, SettingKey.keepAll.setting, SettingKey.keepLast.setting,
        SettingKey.keepWithin.setting, SettingKey.keepHourly.setting, SettingKey.keepDaily.setting,
        SettingKey.keepWeekly.setting, SettingKey.keepMonthly.setting, SettingKey.keepYearly.setting,
        SettingKey.archive.setting,
      ]),
    SettingSection(
      "schedule", "When checkpoints are taken by the clock (checkpoint schedule install).",
      [SettingKey.scheduledAt.setting, SettingKey.scheduleJitter.setting]),
    SettingSection(
      "notify",
      "Who learns of what happens by itself: failures of hooks, of the schedule and in the background, and that they are over.",
      [
        SettingKey.notifyCommand.setting, SettingKey.notifyTimeout.setting, SettingKey.notifyMail.setting,
        SettingKey.notifyWebhook.setting, SettingKey.notifyForm.setting, SettingKey.notifySuccess.setting,
      ]),
    SettingSection(
      "remote", "Where copies of checkpoints are kept (checkpoint push).", [SettingKey.remoteURL.setting]),
    SettingSection(
      "tests", "What runs before a stage's “complete” is recorded, and decides whether that is stable.",
      [
        SettingKey.testCommand.setting, SettingKey.testTimeout.setting, SettingKey.junitFiles.setting,
        SettingKey.testRunners.setting,
      ]),
    SettingSection(
      "component", "What “checkpoint restore components NAME” brings back.",
      [SettingKey.componentPath.setting]),
  ]
}

// MARK: [checkpoint]

extension SettingKey where Value == String?, Failure == Never {
  package static var store: Self {
    text(
      .path, otherwise: ".git/checkpoints",
      Setting(
        "store", isPersonal: true,
        "The directory of the store. A relative path begins at the top of the working tree, ~/ in your home.")
    )
  }
}

extension SettingKey where Value == [String], Failure == Never {
  package static var include: Self {
    list(
      .glob, otherwise: ".env*",
      Setting(
        "include", example: "config/local.yml",
        "Files that git ignores but the project needs; .env* always belongs to them."))
  }

  package static var exclude: Self {
    list(.glob, Setting("exclude", example: "*.log", "Files that no checkpoint records."))
  }

  package static var includeLarge: Self {
    list(
      .glob,
      Setting(
        "includeLarge", example: "assets/*.psd", "Untracked files that are recorded whatever their size."))
  }

  package static var releaseTag: Self {
    patterns(
      ["v*"],
      Setting(
        "releaseTag",
        "Tags that are releases, read as git tag --list reads patterns. An empty value means none."))
  }
}

extension SettingKey where Value == Int, Failure == Settings.Invalid {
  package static var untrackedFileLimit: Self {
    size(
      50 << 20,
      Setting(
        "untrackedFileLimit", example: "50m",
        "The size that an untracked file may have; larger ones are named and left out."))
  }

  package static var untrackedLimit: Self {
    size(
      500 << 20,
      Setting("untrackedLimit", example: "500m", "The size that all untracked files together may have."))
  }

  package static var warm: Self {
    numberOrOff(
      1, in: 0...100,
      Setting(
        "warm", "How many of the newest stage and stable checkpoints keep a warm clone of their databases."))
  }

  package static var warmSizeLimit: Self {
    size(20 << 30, Setting("warmSizeLimit", "A larger database gets no warm clone by itself."))
  }

  package static var warmCopyLimit: Self {
    size(
      1 << 30,
      Setting(
        "warmCopyLimit",
        "A larger database is never copied for a clone, as sessions would wait for the copy; it is restored instead."
      ))
  }

  package static var warmFreeSpace: Self {
    size(5 << 30, Setting("warmFreeSpace", "The space that warm clones leave free on the server's disk."))
  }
}

extension SettingKey where Value == Int?, Failure == Settings.Invalid {
  package static var rpo: Self {
    duration(
      Setting(
        "rpo", isPersonal: true,
        "How old the newest checkpoint may be: “checkpoint check” and alerts compare with it. Without it 25 hours."
      ))
  }

  package static var rto: Self {
    duration(
      Setting(
        "rto", example: "5m",
        "How long a restore may take; “checkpoint rehearse”, “checkpoint check” and alerts compare with it."))
  }
}

extension SettingKey where Value == Bool, Failure == Settings.Invalid {
  package static var recurseSubmodules: Self {
    flag(false, Setting("recurseSubmodules", "Every checkpoint records the work in submodules, too."))
  }

  package static var paranoid: Self {
    flag(
      false,
      Setting(
        "paranoid",
        "Reads every file instead of trusting its times and size, and compares a proven database's rows again."
      ))
  }

  package static var publicTags: Self {
    flag(false, Setting("publicTags", isPersonal: true, "Tags of checkpoints are among your own tags."))
  }

  package static var journald: Self {
    flag(
      false,
      Setting(
        "journald", isPersonal: true,
        "The journal of systemd gets the entries of the log, too: journalctl -t checkpoint."))
  }

  package static var push: Self {
    flag(
      false,
      Setting("push", isPersonal: true, "A push may carry refs/checkpoints/ along, with unfinished work."))
  }

  package static var background: Self {
    flag(
      true,
      Setting(
        "background",
        "A process in the background proves checkpoints, makes warm clones, and secures databases."))
  }
}

// MARK: [services], [state]

extension SettingKey where Value == String?, Failure == Never {
  package static var stopCommand: Self {
    command(Setting("stop", in: "services", example: "COMMAND", "Stops what uses files and databases."))
  }

  package static var buildCommand: Self {
    command(Setting("build", in: "services", example: "COMMAND", "Makes what the restored project needs."))
  }

  package static var startCommand: Self {
    command(Setting("start", in: "services", example: "COMMAND", "Starts it again."))
  }

  package static var smokeCommand: Self {
    command(Setting("smoke", in: "services", example: "COMMAND", "Tries whether it works."))
  }

  package static var stateCommand: Self {
    command(
      Setting(
        "command", in: "state", example: "docker compose ps", "Lists the processes; its output is recorded."))
  }

  package static var testCommand: Self {
    command(
      Setting("command", in: "tests", example: "npm test", "Runs the tests; exit code 0 means they passed."))
  }
}

extension SettingKey where Value == Int, Failure == Settings.Invalid {
  private static var day: ClosedRange<Int> { 1...86_400 }

  package static var servicesTimeout: Self {
    seconds(300, in: day, Setting("timeout", in: "services", example: "300", "How long each may take."))
  }

  package static var stateTimeout: Self {
    seconds(10, in: day, Setting("timeout", in: "state", "How long it may take."))
  }

  package static var testTimeout: Self {
    duration(600, Setting("timeout", in: "tests", example: "10m", "How long they may take."))
  }
}

extension SettingKey where Value == Int?, Failure == Settings.Invalid {
  package static var stopTimeout: Self { serviceTimeout("stop") }
  package static var buildTimeout: Self { serviceTimeout("build") }
  package static var startTimeout: Self { serviceTimeout("start") }
  package static var smokeTimeout: Self { serviceTimeout("smoke") }

  private static func serviceTimeout(_ step: String) -> Self {
    seconds(
      otherwise: "timeout", in: 1...86_400,
      Setting("\(step)Timeout", in: "services", "How long “\(step)” may take."))
  }
}

// MARK: [tests], [component]

extension SettingKey where Value == [String], Failure == Never {
  package static var junitFiles: Self {
    list(
      .glob,
      Setting(
        "junit", in: "tests", example: "build/reports/**/*.xml",
        "The files with results that the command writes as JUnit XML, if it does."))
  }

  package static var componentPath: Self {
    list(
      .path,
      Setting(
        "path", in: "component", of: .required(placeholder: "NAME"), example: "DIRECTORY",
        "A directory or file of the component, from the top of the project."))
  }
}

extension SettingKey where Value == [String], Failure == Settings.Invalid {
  package static var testRunners: Self {
    choices(
      otherwise: "all",
      of: ["swift test", "jest", "vitest", "pytest", "go test", "TAP", "JUnit XML"],
      Setting("runner", in: "tests", "Whose summary counts, if the output quotes that of others."))
  }
}

// MARK: [hooks]

extension Setting.Subsections {
  fileprivate static var hooks: Self { .choice(["pre-commit", "pre-push", "post-checkout"]) }
}

extension SettingKey where Value == [String], Failure == Never {
  package static var hookBranches: Self {
    patterns(
      ["main", "master"],
      Setting(
        "branch", in: "hooks", example: "main",
        "pre-commit takes checkpoints on these branches; * also matches slashes."))
  }

  package static var releaseBranches: Self {
    patterns(
      [], Setting("releaseBranch", in: "hooks", "pre-push: every push of these branches is a release."))
  }
}

extension SettingKey where Value == String, Failure == Never {
  package static var releaseMessage: Self {
    text(
      "release",
      Setting(
        "releaseMessage", in: "hooks",
        "pre-push: a commit whose message matches this is a release, as git log --grep reads it. Empty for none."
      ))
  }
}

extension SettingKey where Value == Bool?, Failure == Settings.Invalid {
  package static var hookWaits: Self {
    flag(
      otherwise: "true for pre-push",
      Setting("wait", in: "hooks", of: .hooks, "Git waits until the whole checkpoint is there."))
  }
}

extension SettingKey where Value == String, Failure == Settings.Invalid {
  package static var hookFailure: Self {
    choice(
      "warn", of: ["warn", "block"],
      Setting(
        "failure", in: "hooks", of: .hooks, example: "warn", "Whether git goes on if there is no checkpoint.")
    )
  }
}

extension SettingKey where Value == Int, Failure == Settings.Invalid {
  package static var hookTimeout: Self {
    seconds(
      2, in: 1...3600,
      Setting("timeout", in: "hooks", of: .hooks, example: "2", "How long a database may take to answer."))
  }
}

extension SettingKey where Value == Bool, Failure == Settings.Invalid {
  package static var hookIsQuiet: Self {
    flag(false, Setting("quiet", in: "hooks", of: .hooks, "Hooks say nothing unless something failed."))
  }

  package static var hooksOff: Self {
    flag(
      false, Setting("off", in: "hooks", isPersonal: true, "The hooks do nothing in this repository."))
  }
}

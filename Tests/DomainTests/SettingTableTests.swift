// The table of settings: each key once, complete, in line with what reads it, and with what help and pages say of it.

import FileSystem
import TestSupport
import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("The table of settings")
struct SettingTableTests {
  private let table = SettingTable.all

  private static let root = BytePath(#filePath).parent?.parent?.parent ?? "."

  private static func files(below directory: BytePath, _ endings: [String]) throws -> [BytePath] {
    try FileTree.list(directory).flatMap { name in
      let path = directory.appending(name)
      if try FileTree.status(path)?.kind == .directory { return try files(below: path, endings) }
      return endings.contains { path.description.hasSuffix($0) } ? [path] : []
    }
  }

  private static func text(_ path: BytePath) throws -> String {
    String(decoding: try FileTree.readAll(path), as: UTF8.self)
  }

  @Test("each key is there once, says what it means, and its default is one of its values")
  func complete() {
    let keys = table.settings.map { $0.key() }
    #expect(Set(keys).count == keys.count && keys.count > 45)
    for setting in table.settings {
      #expect(setting.meaning.hasSuffix("."), "\(setting.shown())")
      #expect(setting.section == setting.section.lowercased(), "\(setting.shown())")
      if let example = setting.example { #expect(setting.type.accepts(example), "\(setting.shown())") }
      // Others are said in words.
      if let usual = setting.usual, usual.first?.isNumber == true || usual == "true" || usual == "false" {
        #expect(setting.type.accepts(usual), "\(setting.shown())")
      }
    }
    for section in table.sections {
      #expect(section.meaning.hasSuffix("."), "\(section.name)")
      #expect(section.settings.allSatisfy { $0.section == section.name }, "\(section.name)")
    }
  }

  @Test("every setting that is declared is in the table")
  func nothingIsMissing() throws {
    let declarations = try Self.files(below: Self.root.appending("Sources"), [".swift"]).reduce(0) {
      $0 + (try Self.text($1).ranges(of: "      Setting(").count)
        + (try Self.text($1).ranges(of: ", Setting(").count)
        + (try Self.text($1).ranges(of: "(Setting(").count)
        // Rules of retention.
        + (try Self.text($1).ranges(of: ".retention(\"").count)
        + (try Self.text($1).ranges(of: " count(\"").count)
    }
    // One declaration makes the timeouts of all four service commands.
    #expect(declarations + 3 == table.settings.count)
  }

  @Test("the names of hooks and test runners are those that there are")
  func names() throws {
    let hook = SettingKey.hookTimeout.setting
    for name in GitHook.allCases.map(\.rawValue) { #expect(hook.allows(name), "\(name)") }
    guard case .choice(let hooks) = hook.subsections,
      case .choice(let runners) = SettingKey.testRunners.setting.type
    else { throw ProgramFailure("no choice") }
    #expect(hooks.count == GitHook.allCases.count)
    #expect(runners == TestOutputReader.runners)
    #expect(SettingType.choice("Go test (packages)", of: runners) == "go test")
    for step in ServiceStep.allCases {
      #expect(step.command.setting.name == step.rawValue)
      #expect(step.timeout.setting.name == "\(step.rawValue)Timeout")
    }
  }

  @Test("what can run, or leads to a server, needs consent, and nothing else does")
  func consent() {
    let wanting = table.settings.filter { $0.consent != nil }.map { $0.shown() }.sorted()
    #expect(
      wanting == [
        "database.clientPrefix", "database.env", "database.url", "notify.command", "services.build",
        "services.smoke", "services.start", "services.stop", "state.command", "tests.command",
      ])
    for setting in table.settings where [.command, .words].contains(setting.type) {
      #expect(setting.consent == .command, "\(setting.shown())")
    }
  }

  @Test("every setting that a message, a page or a hook names is one")
  func mentioned() throws {
    var files = try Self.files(below: Self.root.appending("Sources"), [".swift"])
    files += try Self.files(below: Self.root.appending("docs"), [".md"])
    files += try Self.files(below: Self.root.appending("hooks"), [""])
    files += [Self.root.appending("README.md")]
    // Placeholders and names of files.
    let others: Set<String> = ["KEY", "a.b", "services.STEP", "swift", "md", "bash", "fish", "zsh", "deb"]
    var count = 0
    for file in files {
      let mentions = try Self.text(file).matches(
        of: #/(?:config (?:--[\w-]+ )*|`)checkpoint\.((?:[A-Za-z][\w-]*\.)*[A-Za-z][\w-]*)/#)
      for key in mentions.map({ String($0.1) }) where !others.contains(key) {
        count += 1
        #expect(isKnown(key), "\(file): checkpoint.\(key)")
      }
    }
    #expect(count > 30)
  }

  private func isKnown(_ key: String) -> Bool {
    var parts = key.split(separator: ".").map(String.init)
    for index in [0, parts.count - 1] { parts[index] = parts[index].lowercased() }
    return table.setting(of: parts.joined(separator: ".")) != nil
  }

  @Test(
    "a misspelling leads to what may be meant",
    arguments: [
      ("excludes", "exclude"), ("untrackedfileslimit", "untrackedFileLimit"),
      ("services.strat", "services.start"),
      ("databse.main.url", "database.main.url"), ("database.main.urls", "database.main.url"),
      ("Services.stop", "services.stop"), ("component.path", nil), ("stop", "services.stop"),
      ("command", nil),
      ("user.name", nil), ("include.path", nil), ("tests.comand", "tests.command"),
    ] as [(String, String?)])
  func nearest(asked: String, wanted: String?) {
    #expect(table.nearest(to: asked) == wanted)
  }

  @Test("a configuration of an earlier version has the values that it had, and no warning")
  func earlier() throws {
    let repository = try Repository()
    try repository.write(".checkpointconfig", EarlierConfiguration.committed)
    for (key, value) in EarlierConfiguration.personal {
      try repository.git("config", BytePath(key), BytePath(value))
    }
    let project = try Project.find(
      from: repository.worktree, environment: ProcessEnvironment.variables, .all)
    let settings = project.settings
    #expect(settings.warnings.isEmpty)
    #expect(settings.listed().allSatisfy { $0.problem == nil })
    #expect(project.storePath == repository.path("backups"))
    #expect(settings[.include] == ["config/local.yml", "secrets/*.pem"] && settings[.exclude] == ["*.log"])
    #expect(settings[.includeLarge] == ["assets/*.psd"] && settings[.releaseTag] == ["v*", "release-*"])
    #expect(try settings[.untrackedFileLimit] == 60 << 20 && settings[.untrackedLimit] == 1 << 30)
    #expect(try settings[.paranoid] && settings[.recurseSubmodules] && !settings[.background])
    #expect(try settings[.publicTags] && settings[.push] && settings[.rto] == 300)
    let warm = try WarmPolicy(settings)
    #expect(warm.count == 2 && warm.sizeLimit == 10 << 30 && warm.copyLimit == 2 << 30)
    #expect(warm.freeSpace == 6 << 30)
    let limits = try PostgreSQLSource.Limits(settings)
    #expect(limits.jobs == 3 && limits.lock == 20 && limits.connect == 15)
    #expect(try settings.services().map(\.limit) == [20, 400, 30, 60])
    #expect(try settings.services().map(\.text).contains("npm ci && npm run build"))
    #expect(try settings[.servicesTimeout] == 200)
    #expect(try settings.processStateCommand()?.text == "docker compose ps")
    #expect(try settings.processStateCommand()?.limit == 5)
    #expect(try settings[.notifyCommand] == "notify-send failed" && settings[.notifyTimeout] == 7)
    let tests = try #require(try TestCommand(settings))
    #expect(tests.text == "npm test" && tests.limit == 900 && tests.junitPatterns == ["build/reports/*.xml"])
    #expect(tests.runners == ["jest", "JUnit XML"])
    #expect(settings.components == ["api": ["services/api", "libs/api"]])
    #expect(settings.sourceNames == ["billing", "main", "off", "staging"])
    let (commit, push) = (
      try HookSettings(settings, for: .preCommit), try HookSettings(settings, for: .prePush)
    )
    #expect(commit.branches == ["main", "release/*"] && commit.releaseBranches == ["production"])
    #expect(commit.releaseMessage == "ship it" && commit.isQuiet && !commit.blocks && commit.timeout == 3)
    #expect(!commit.waits && !commit.isOff && commit.mayPushRecords)
    #expect(push.waits && push.blocks && push.timeout == 4 && !push.isQuiet)
    let databases = try DatabaseDiscovery(
      worktree: repository.worktree, settings: settings,
      environment: ["SHOP_URL": "postgresql://app@db.invalid/shop"],
      isTrusted: { true }, isTracked: { _ in true }, recorded: { _ in nil }
    ).find()
    #expect(databases.map(\.name) == ["billing", "main", "staging"])
    #expect(databases.map(\.parameters.database) == ["billing", "shop", "shop"])
    #expect(databases.map(\.isRecorded) == [true, true, false])
    #expect(databases.map { $0.clientPrefix.last } == [nil, "db", "staging"])
    #expect(
      databases[0].selection.schemas == ["invoices"] && databases[0].selection.excludedTables == ["drafts"])
    #expect(databases[0].selection.excludedRows == ["log"])
  }

  @Test("what the repository must not decide is not read from its file")
  func personal() throws {
    let repository = try Repository()
    try repository.write(
      ".checkpointconfig",
      """
      [checkpoint]
        rpo = 1000d
        push = true
        publicTags = wrong
      [hooks]
        off = true
      [retention]
        prune = off
      [notify]
        mail = they@example.org
        webhook = https://example.org/
        success = true

      """)
    func settings() throws -> Settings { try Settings.read(repository.location(), .all) }
    let committed = try settings()
    #expect(try committed[.rpo] == nil && committed[.prune] == "auto" && committed[.notifyMail] == nil)
    #expect(
      try !committed[.push] && !committed[.publicTags] && !committed[.hooksOff] && !committed[.notifySuccess])
    #expect(committed[.notifyWebhook] == nil)
    try repository.git("config", "checkpoint.rpo", "2h")
    #expect(try settings()[.rpo] == 7200)
  }

  @Test("the earlier configuration has every key that there is")
  func earlierIsComplete() throws {
    let repository = try Repository()
    try repository.write(".checkpointconfig", EarlierConfiguration.committed)
    for (key, value) in EarlierConfiguration.personal {
      try repository.git("config", BytePath(key), BytePath(value))
    }
    let set = try Settings.read(repository.location(), .all).listed().filter { $0.place != nil }.map(
      \.setting)
    let added = table.settings.filter {
      ["retention", "schedule", "notify", "remote"].contains($0.section)
        || ["rpo", "journald"].contains($0.name)
    }
    #expect(Set(table.settings).subtracting(set).subtracting(added).isEmpty)
  }

  @Test("the file that init writes says nothing wrong once its comments are taken away")
  func template() throws {
    let repository = try Repository()
    let file = SettingTable.all.template(sources: "")
    let lines = file.split(separator: "\n").map(String.init)
    let plain = lines.compactMap { line -> String? in
      let text = line.trimmingPrefix(#/\t?# ?\t?/#)
      return text.hasPrefix("[") || text.contains(#/^\w+ = /#) ? String(text) : nil
    }
    try repository.write(".checkpointconfig", plain.joined(separator: "\n") + "\n")
    let settings = try Settings.read(repository.location(), .all)
    #expect(settings.warnings.isEmpty && settings.listed().allSatisfy { $0.problem == nil })
    let examples = table.settings.filter { $0.example != nil }
    #expect(settings.listed().filter { $0.place != nil }.count == examples.count && examples.count > 15)
    #expect(lines.allSatisfy { $0.count <= 120 })
    try repository.write(".checkpointconfig", file)
    let written = try Settings.read(repository.location(), .all)
    #expect(written.listed().allSatisfy { $0.place == nil })
  }
}

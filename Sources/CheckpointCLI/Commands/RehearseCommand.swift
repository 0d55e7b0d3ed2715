// `checkpoint rehearse`: a rollback tried beside everything that is live, and the report on it.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Glibc

extension Command {
  static let rehearse = Command(
    name: "rehearse", aliases: ["test-restore", "test-rollback"],
    operands: [.optional("SELECTOR", .checkpoint)],
    summary: "try a rollback beside everything that is live, measure it, write a report",
    details: """
      The databases are restored into scratch databases, git's state and the files into a temporary
      working tree; everything is compared with what was recorded. The commands build and smoke of
      [services] run there, with CHECKPOINT_REHEARSAL=1, and with DATABASE_URL, PG* variables and .env
      files leading to the scratch database; stop and start do not run. All of it is removed again. The
      report, as Markdown and JSON, goes to the stage's folder if there is one, else to reports/ in the
      store. A restore that takes longer than checkpoint.rto (90, 90s, 5m, 1h) has failed. Without
      SELECTOR it is what rollback would go back to.
      """,
    options: [
      .value("-o", "--output", as: "DIRECTORY", .directory, help: "where the report goes"),
      .flag("--no-services", help: "run neither build nor smoke"),
      SharedOptions.trustedSource,
    ] + SharedOptions.database,
    examples: ["checkpoint rehearse", "checkpoint rehearse stage-02-complete --output reports"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let (found, remarks) = try RollbackTarget.find(invocation.operands.first, workspace, store)
    guard case .checkpoint(let target) = found else {
      throw UsageError(
        description: "no checkpoint was taken at that release tag, so there is nothing to rehearse",
        hints: ["checkpoint list shows what there is"])
    }
    for remark in remarks { workspace.console.remark(remark) }
    if !invocation.has("--no-database") { try workspace.requireVouched(target) }
    let request = try request(target, workspace)
    let place = try ReportPlace(for: target, workspace, store)
    let rehearsal = Rehearsal(
      request, workspace.project, store, sources: try workspace.sources(for: target),
      clock: workspace.clock, progress: workspace.progress,
      watcher: ServiceOutput(console: workspace.console))
    let report = try workspace.logged("rehearse", store) {
      (try rehearsal.run(), target.id.description, nil)
    }
    try show(report, written: place.write(report, store), workspace.console)
    switch report.result {
    case .passed: return .done
    case .failed: return .verificationFailed
    case .incomplete: return .partly
    }
  }

  private static func request(_ target: Manifest, _ workspace: Workspace) throws -> RehearsalRequest {
    let (invocation, settings) = (workspace.invocation, workspace.project.settings)
    var request = RehearsalRequest(target)
    request.objective = try settings[.rto]
    request.leavesDatabasesOut = invocation.has("--no-database")
    request.leavesServicesOut = invocation.has("--no-services")
    if !request.leavesServicesOut {
      request.commands = try workspace.trustedCommands(of: [.build, .smoke])
      request.othersConfigured = try settings.services().map(\.step).filter { $0 == .stop || $0 == .start }
    }
    request.toolVersion = Version.number
    (request.host, request.user) = (Machine.host, Machine.user)
    return request
  }

  private static func show(_ report: RehearsalReport, written: [BytePath], _ console: Console) throws {
    if console.isJSON { return try console.json(report) }
    for line in RehearsalText.summary(report) { console.remark(line) }
    for problem in report.problems { console.warning(Format.visible(problem)) }
    for reason in report.notTried { console.warning("not tried: \(Format.visible(reason))") }
    for path in written { console.result("report: \(path)") }
    console.result("rehearsal of \(report.checkpoint.id): \(report.result.rawValue)")
  }
}

private enum Machine {
  static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    return gethostname(&name, name.count - 1) == 0 ? text(name) : "unknown"
  }

  static var user: String {
    getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
  }

  private static func text(_ name: [CChar]) -> String {
    String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Where the report goes: asked before the rehearsal, so that its work is not in vain.
private struct ReportPlace {
  private let directory: BytePath
  private let isShared: Bool

  init(for target: Manifest, _ workspace: Workspace, _ store: Store) throws {
    if let output = workspace.invocation.value("--output") {
      let path = BytePath(output)
      directory = path.isAbsolute ? path : try FileTree.currentDirectory().appending(path)
      isShared = true
    } else if let folder = try Self.stageFolder(of: target, workspace.worktree) {
      (directory, isShared) = (folder, true)
    } else {
      (directory, isShared) = (store.root.appending("reports"), false)
    }
    try FileTree.makeDirectories(directory, mode: isShared ? 0o777 : 0o700)
    if directory.withCString({ access($0, W_OK | X_OK) }) != 0 {
      throw SystemError(operation: "write a report to", path: directory)
    }
  }

  /// nil where the stage has none in the working tree.
  private static func stageFolder(of target: Manifest, _ worktree: BytePath) throws -> BytePath? {
    guard let stage = target.stage else { return nil }
    // One that was made since has its name.
    let slug = BytePath((try? stage.resolved(in: worktree))?.slug ?? stage.slug)
    let parent = worktree.appending("stages")
    guard slug.components == [slug], try FileTree.status(parent)?.kind == .directory,
      try FileTree.status(parent.appending(slug))?.kind == .directory
    else { return nil }
    return parent.appending(slug)
  }

  /// - Returns: the files: Markdown and JSON.
  func write(_ report: RehearsalReport, _ store: Store) throws -> [BytePath] {
    let stem = "rehearsal-\(report.startedAt.compact)"
    var (name, number) = (stem, 1)
    while ["md", "json"].contains(where: { FileTree.exists(directory.appending("\(name).\($0)")) }) {
      number += 1
      name = "\(stem)_\(number)"
    }
    let mode: mode_t = isShared ? 0o666 : 0o600
    let contents = [
      ("md", RehearsalText.markdown(report)), ("json", try Console.text(ofJSON: report) + "\n"),
    ]
    return try contents.map { suffix, text in
      let path = directory.appending("\(name).\(suffix)")
      try store.files.replaceFile(path, with: Array(text.utf8), mode: mode)
      return path
    }
  }
}

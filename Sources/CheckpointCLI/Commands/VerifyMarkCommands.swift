// `checkpoint verify` and `checkpoint mark`.

import Checkpoints
import ChunkStore
import FileSystem

extension Command {
  static let verify = Command(
    name: "verify", operands: "[SELECTOR]", operandCount: 0...1,
    summary: "read and hash everything that a checkpoint consists of (default: latest)",
    details: """
      Every chunk is read and hashed again; refs, tags, the manifest's digest in them and git's
      objects are compared. Exit code 12 and the names of what is damaged if anything is.
      """,
    options: [.flag("-a", "--all", help: "all checkpoints")],
    examples: ["checkpoint verify", "checkpoint verify --all"],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let lock = try store.lock(.shared, waiting: 10)
    let catalog = Catalog(store)
    var manifests: [Manifest]
    var unreadable: [UnreadableManifest] = []
    if invocation.has("--all") {
      (manifests, unreadable) = try catalog.manifests()
    } else {
      manifests = [try workspace.select(invocation.operands.first ?? "latest", store)]
    }
    let rescues = manifests.contains { $0.kind == .rescue }
    // Without its database's address verification does what it can.
    let sources = rescues ? (try? workspace.sources()) ?? [] : []
    var report = try workspace.logged("verify", store) {
      let verifier = try Verifier(
        store, workspace.objects(), workspace.project.location, sources: sources, progress: workspace.progress
      )
      var report = try verifier.verify(manifests, now: workspace.clock.now())
      if invocation.has("--all") { report.findings += try verifier.missingManifests() }
      return (report, manifests.count == 1 ? manifests[0].id.description : nil, nil)
    }
    report.findings += unreadable.map {
      .init(checkpoint: $0.path.lastComponent.description, problems: ["\($0)"])
    }
    withExtendedLifetime(lock) {}
    try print(report, invocation.console)
    return report.damaged.isEmpty ? .done : .verificationFailed
  }

  private static func print(_ report: VerificationReport, _ console: Console) throws {
    if console.isJSON {
      struct View: Encodable {
        struct Finding: Encodable { var checkpoint: String, problems: [String] }
        var checkpoints: [Finding]
        var chunks: Int
        var bytes: Int
        var isSound: Bool
      }
      return try console.json(
        View(
          checkpoints: report.findings.map { .init(checkpoint: $0.checkpoint, problems: $0.problems) },
          chunks: report.chunkCount, bytes: report.byteCount, isSound: report.damaged.isEmpty))
    }
    for finding in report.findings {
      let word = finding.problems.isEmpty ? (finding.isSpent ? "spent" : "sound") : "DAMAGED"
      console.result("\(Format.padded(word, 7))  \(finding.checkpoint)")
      for problem in finding.problems { console.result("         \(problem)") }
    }
    console.remark(
      "\(Format.plural(report.chunkCount, "chunk")), \(Format.bytes(report.byteCount)) read and hashed")
  }

  static let mark = Command(
    name: "mark", operands: "SELECTOR stable|unstable", operandCount: 2...2,
    summary: "say that a checkpoint is fit to go back to, or is not",
    details: "Rollback without a selector goes to the newest stable checkpoint.",
    examples: ["checkpoint mark stage-02-core stable"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let manifest = try workspace.select(invocation.operands[0], store)
    let word = invocation.operands[1]
    guard word == "stable" || word == "unstable" else {
      throw UsageError(description: "“\(word)” is not a mark", hints: ["stable or unstable"])
    }
    let lock = try store.lock(.shared, waiting: 10)
    defer { withExtendedLifetime(lock) {} }
    try Catalog(store).updateNotes(manifest.id) { $0.isMarkedStable = word == "stable" }
    try invocation.console.outcome("\(manifest.id) is marked \(word)")
    return .done
  }
}

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
      objects are compared. With --restore the databases are really restored, beside the live ones,
      and every table's rows, sequences, large objects and definitions are compared: the checkpoint
      is proven. Exit code 12 and the names of what is damaged if anything is.
      """,
    options: [
      .flag("-a", "--all", help: "all checkpoints"),
      .value("--sample", as: "N", help: "the N checkpoints that were looked at longest ago, or never"),
      .flag("--restore", help: "restore the databases into a scratch database and compare"),
      .value(
        "--read-data-subset", as: "n/t",
        help: "read only the n-th of t parts of the stored data: after t runs all was read"),
      SharedOptions.trustedSource,
    ] + SharedOptions.database,
    examples: [
      "checkpoint verify", "checkpoint verify --all", "checkpoint verify stage-02-complete --restore",
      "checkpoint verify --all --read-data-subset 3/7",
    ],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let subset = try invocation.value("--read-data-subset").map(DataSubset.init(parsing:))
    if let subset, invocation.has("--restore") {
      throw UsageError(
        description: "--restore reads everything, so --read-data-subset \(subset) leaves nothing")
    }
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let lock = try store.lock(.shared, waiting: 10, isForReading: true)
    let (manifests, unreadable) = try chosen(workspace, store)
    let isProving = invocation.has("--restore")
    // Of several, those that the user does not vouch for are left out, and named.
    let isOfOne = !invocation.has("--all") && !invocation.has("--sample")
    if isProving && isOfOne { try manifests.forEach(workspace.requireVouched) }
    let rescues = manifests.contains { $0.kind == .rescue }
    // Without its database's address verification does what it can.
    let sources = rescues ? (try? workspace.sources()) ?? [] : []
    var report = try workspace.logged("verify", store) {
      let verifier = try Verifier(
        store, workspace.objects(), workspace.project.location, sources: sources, progress: workspace.progress
      )
      var report = try verifier.verify(manifests, subset: subset, now: workspace.clock.now())
      if isProving { try prove(manifests, isOfOne, &report, workspace, store) }
      if invocation.has("--all") { report.findings += try verifier.missingManifests() }
      return (report, manifests.count == 1 ? manifests[0].id.description : nil, nil)
    }
    report.findings += unreadable.map {
      .init(checkpoint: $0.path.lastComponent.description, problems: ["\($0)"])
    }
    withExtendedLifetime(lock) {}
    try print(report, subset, invocation.console)
    return report.damaged.isEmpty ? .done : .verificationFailed
  }

  /// The checkpoints that the words of the command mean.
  private static func chosen(
    _ workspace: Workspace, _ store: Store
  ) throws -> ([Manifest], [UnreadableManifest]) {
    let (invocation, catalog) = (workspace.invocation, Catalog(store))
    let words = [invocation.has("--all"), invocation.has("--sample"), !invocation.operands.isEmpty]
    if words.count(where: { $0 }) > 1 {
      throw UsageError(description: "a SELECTOR, --all and --sample exclude each other")
    }
    if invocation.has("--all") {
      let found = try catalog.manifests()
      return (found.readable, found.unreadable)
    }
    if let text = invocation.value("--sample") {
      guard let count = Int(text), count > 0 else {
        throw UsageError(description: "--sample takes a number of checkpoints, not “\(text)”")
      }
      let found = try catalog.manifests()
      return (
        Prover.sample(count, of: found.readable, restoring: invocation.has("--restore"), in: catalog),
        found.unreadable
      )
    }
    return ([try workspace.select(invocation.operands.first ?? "latest", store)], [])
  }

  /// Damaged ones are not tried: what is wrong with them is known.
  private static func prove(
    _ manifests: [Manifest], _ isOfOne: Bool, _ report: inout VerificationReport, _ workspace: Workspace,
    _ store: Store
  ) throws {
    let isTrusting = isOfOne || workspace.invocation.has("--trusted-source")
    for (index, manifest) in manifests.enumerated() where report.findings[index].problems.isEmpty {
      if let file = manifest.unvouched, !isTrusting {
        report.findings[index].remarks.append("not restored, without --trusted-source: \(file)")
        continue
      }
      let prover = Prover(
        store, sources: try workspace.sources(for: manifest), clock: workspace.clock,
        progress: workspace.progress)
      let proof = try prover.prove(manifest)
      workspace.warnOfLeftDatabases(try workspace.sources(for: manifest))
      guard let proof else { continue }
      report.findings[index].problems = proof.problems
      report.findings[index].remarks = Reservations(manifest, try Catalog(store).notes(manifest.id)).remarks
      report.findings[index].proofSeconds = proof.seconds
    }
  }

  private static func print(
    _ report: VerificationReport, _ subset: DataSubset?, _ console: Console
  ) throws {
    if console.isJSON {
      struct View: Encodable {
        struct Finding: Encodable {
          var checkpoint: String, problems: [String], remarks: [String], proofSeconds: Double?
        }
        var checkpoints: [Finding]
        var chunks: Int
        var bytes: Int
        var isSound: Bool
      }
      return try console.json(
        View(
          checkpoints: report.findings.map {
            .init(
              checkpoint: $0.checkpoint, problems: $0.problems, remarks: $0.remarks,
              proofSeconds: $0.proofSeconds)
          },
          chunks: report.chunkCount, bytes: report.byteCount, isSound: report.damaged.isEmpty))
    }
    for finding in report.findings {
      let proof = finding.proofSeconds
      let good = finding.isSpent ? "spent" : proof == nil ? "sound" : "proven"
      let bad = proof == nil ? "DAMAGED" : "DOES NOT RESTORE"
      let time = proof.map { ", restored and compared in \(Format.seconds($0))" } ?? ""
      console.result(
        "\(Format.padded(finding.problems.isEmpty ? good : bad, 7))  \(finding.checkpoint)\(time)")
      for problem in finding.problems { console.result("         \(problem)") }
      for remark in finding.remarks { console.result("         note: \(Format.visible(remark))") }
    }
    let part = subset.map { ", part \($0)" } ?? ""
    console.remark(
      "\(Format.plural(report.chunkCount, "chunk")), \(Format.bytes(report.byteCount)) read and hashed\(part)"
    )
    if !report.isRecorded { console.remark("the store can only be read, so the result is not noted in it") }
  }

  static let mark = Command(
    name: "mark", operands: "SELECTOR stable|unstable|critical", operandCount: 2...2,
    summary: "say that a checkpoint is fit to go back to, or is not, or must never go",
    details: """
      Rollback without a selector goes to the newest stable checkpoint. Stable without a mark are a
      stage's complete, unless its tests failed or were left out, and what was taken, without changes to tracked files, at the commit of a release
      tag: one that checkpoint.releaseTag matches (a pattern like v*, the default; may stand several
      times; empty switches it off). critical means stable, and delete refuses it until it is marked
      stable or unstable.
      """,
    examples: ["checkpoint mark stage-02-core stable", "checkpoint mark before-launch critical"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let manifest = try workspace.select(invocation.operands[0], store)
    let word = invocation.operands[1]
    guard ["stable", "unstable", "critical"].contains(word) else {
      throw UsageError(description: "“\(word)” is not a mark", hints: ["stable, unstable or critical"])
    }
    let lock = try store.lock(.shared, waiting: 10)
    defer { withExtendedLifetime(lock) {} }
    try JournalFile(store).requireNone()
    try workspace.logged("mark \(word)", store) {
      try Catalog(store).updateNotes(manifest.id) { notes in
        notes.isMarkedStable = word != "unstable"
        notes.isCritical = word == "critical" ? true : nil
      }
      return ((), manifest.id.description, nil)
    }
    try invocation.console.outcome("\(manifest.id) is marked \(word)")
    // Another one may be due a warm clone now; a mark needs no database.
    if let sources = try? workspace.sources() { workspace.startWorker(store, sources) }
    return .done
  }
}

extension DataSubset {
  fileprivate init(parsing text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], count > 0,
      (1...count).contains(number)
    else {
      throw UsageError(
        description: "--read-data-subset takes n/t with n from 1 to t, not “\(text)”",
        hints: ["--read-data-subset 1/7 today, 2/7 tomorrow"])
    }
    self.init(number: number, count: count)
  }
}

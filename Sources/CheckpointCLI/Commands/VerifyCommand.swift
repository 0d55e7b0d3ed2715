// `checkpoint verify`: reads and hashes everything again, or restores it to compare.

import Checkpoints
import ChunkStore
import FileSystem

extension Command {
  static let verify = Command(
    name: "verify", operands: [.optional("SELECTOR", .checkpoint)],
    summary: "read and hash everything that a checkpoint consists of (default: latest)",
    details: """
      Every chunk is read and hashed again; refs, tags, the manifest's digest in them and git's
      objects are compared. With --restore the databases are really restored, beside the live ones,
      and every table's rows, sequences, large objects and definitions are compared: the checkpoint
      is proven. If anything is damaged, it is named, and the exit code is 12.
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
    var report = try workspace.logged(LoggedOperation(.verify), store) {
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
    try VerificationText.show(report, subset, invocation.console)
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

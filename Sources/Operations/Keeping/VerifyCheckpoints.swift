// Verifying checkpoints: all that they consist of is read and hashed again, and if it is wanted their databases are restored for
// a trial and compared.

import Checkpoints
import ChunkStore
import DataSources

extension ProjectSession {
  /// - Parameter decide: asked before a database that others may have written is restored for a look.
  package func verify(
    _ request: VerifyRequest, decide: (UnvouchedFile) throws -> Void
  ) throws -> VerificationReport {
    try reading { opened in
      let (manifests, unreadable) = try opened.chosen(request)
      // Of several, those that the user does not vouch for are left out, and named.
      if request.proves && request.isOfOne && !request.trustsImports {
        for file in manifests.compactMap(\.unvouched) { try decide(file) }
      }
      let rescues = manifests.contains { $0.kind == .rescue }
      // Without its database's address verification does what it can.
      let sources = rescues ? (try? opened.recordedSources()) ?? [] : []
      var report = try opened.logged(LoggedOperation(.verify)) {
        let verifier = try Verifier(
          opened.store, opened.objects(), opened.location, sources: sources, progress: progress)
        var report = try verifier.verify(manifests, subset: request.subset, now: clock.now())
        if request.proves { try opened.prove(manifests, request, &report) }
        if case .all = request.which { report.findings += try verifier.missingManifests() }
        return (report, .about(manifests.count == 1 ? manifests[0].id : nil))
      }
      report.findings += unreadable.map {
        .init(checkpoint: $0.path.lastComponent.description, problems: ["\($0)"])
      }
      return report
    }
  }
}

extension OpenProject {
  fileprivate func chosen(_ request: VerifyRequest) throws -> ([Manifest], [UnreadableManifest]) {
    if case .one(let selector) = request.which { return ([try select(selector)], []) }
    let found = try catalog.manifests()
    guard case .sample(let count) = request.which else { return (found.readable, found.unreadable) }
    let sample = Prover.sample(count, of: found.readable, restoring: request.proves, in: catalog)
    return (sample, found.unreadable)
  }

  /// Damaged ones are not tried: what is wrong with them is known.
  fileprivate func prove(
    _ manifests: [Manifest], _ request: VerifyRequest, _ report: inout VerificationReport
  ) throws {
    for (index, manifest) in manifests.enumerated() where report.findings[index].problems.isEmpty {
      if let file = manifest.unvouched, !request.isOfOne && !request.trustsImports {
        report.findings[index].unvouched = file
        continue
      }
      let contents: UnpackedContents?
      do { contents = try unpack([manifest]) } catch let error as ArchivingProblem {
        report.findings[index].problems.append("\(error)")
        continue
      }
      defer { withExtendedLifetime(contents) {} }
      let sources = try sources(for: manifest)
      let prover = Prover(store, sources: sources, clock: session.clock, progress: session.progress)
      let proof = try prover.prove(manifest)
      reportLeftovers(sources)
      report.findings[index].remarks = try prover.unproven(manifest)
      guard let proof else { continue }
      report.findings[index].problems = proof.problems
      report.findings[index].remarks += Reservations(manifest, try catalog.notes(manifest.id)).remarks
      report.findings[index].proofSeconds = proof.seconds
    }
  }
}

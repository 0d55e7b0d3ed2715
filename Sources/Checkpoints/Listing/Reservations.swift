// What is known about how a checkpoint restores: from the catalogs when it was taken, and from really restoring it. All
// commands show the same.

package struct Reservations: Sendable {
  /// Why it does not restore; empty if no reason is known.
  package let problems: [String]
  /// What comes back differently, or only in another way.
  package let remarks: [String]

  package init(_ manifest: Manifest, _ notes: Notes?) {
    problems = notes?.proof?.problems ?? []
    let risks = manifest.sources.flatMap { $0.risks ?? [] }
    let origin = manifest.unvouched?.description
    remarks =
      [origin].compactMap { $0 } + risks + (notes?.proof?.remarks ?? []).filter { !risks.contains($0) }
  }

  package init(_ proof: Proof) { (problems, remarks) = (proof.problems, proof.remarks ?? []) }

  package var all: [String] { problems.map { "it did not restore when it was tried: \($0)" } + remarks }

  /// All of it in one line; nil if there is nothing to say.
  package var headline: String? {
    let all = problems + remarks
    guard let first = all.first else { return nil }
    let line = first.split(whereSeparator: \.isNewline).joined(separator: "; ")
    return all.count == 1 ? line : "\(line) (and \(all.count - 1) more: checkpoint show)"
  }
}

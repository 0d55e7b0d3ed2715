// What verification found.

import Checkpoints
import Formatting

enum VerificationText {
  static func show(
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
              checkpoint: $0.checkpoint, problems: $0.problems, remarks: remarks($0),
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
      for remark in remarks(finding) { console.result("         note: \(Format.visible(remark))") }
    }
    let part = subset.map { ", part \($0)" } ?? ""
    console.remark(
      "\(Format.plural(report.chunkCount, "chunk")), \(Format.bytes(report.byteCount)) read and hashed\(part)"
    )
    if !report.isRecorded { console.remark("the store can only be read, so the result is not noted in it") }
  }

  private static func remarks(_ finding: VerificationReport.Finding) -> [String] {
    finding.remarks
      + [finding.unvouched].compactMap { $0 }.map { "not restored, without --trusted-source: \($0)" }
  }
}

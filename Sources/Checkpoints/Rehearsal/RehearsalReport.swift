// What a rehearsal found: the facts, without secrets. Its JSON form has stable keys; the command line makes text of it.

import FileSystem
import Git

package struct RehearsalReport: Encodable, Sendable {
  package struct Subject: Encodable, Sendable {
    package var id: CheckpointID
    package var kind: Kind
    package var takenAt: Timestamp
    package var stage: String?
    package var message: String?
    package var commit: ObjectID?
  }

  package var version = 1
  package var startedAt: Timestamp
  package var checkpoint: Subject
  package var host: String
  package var user: String
  package var toolVersion: String
  package var result = RehearsalResult.passed
  package var steps: [RehearsalStep] = []
  /// Seconds that a rollback would take for what was tried: git, files, databases, build and smoke.
  package var restoreSeconds: Double = 0
  /// The setting `rto`.
  package var objectiveSeconds: Int?
  /// Seconds of everything, including comparing and removing.
  package var totalSeconds: Double = 0
  package var problems: [RehearsalProblem] = []
  /// Why a part was not tried.
  package var notTried: [String] = []
  /// What a rehearsal does not show.
  package var limits: [String] = []
  package var advice: [String] = []

  /// Sums up, and says whether it passed.
  mutating func conclude() {
    restoreSeconds = steps.reduce(0) { $0 + ($1.kind.countsForRestore ? $1.seconds ?? 0 : 0) }
    if let objectiveSeconds, restoreSeconds > Double(objectiveSeconds) {
      problems.append(
        .init("the restore took \(Self.seconds(restoreSeconds)), and the objective is \(objectiveSeconds) s"))
    }
    result = !problems.isEmpty ? .failed : notTried.isEmpty ? .passed : .incomplete
  }

  /// With two digits after the point.
  package static func seconds(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let fraction = "\(hundredths % 100)"
    return "\(hundredths / 100).\(fraction.count == 1 ? "0" : "")\(fraction) s"
  }
}

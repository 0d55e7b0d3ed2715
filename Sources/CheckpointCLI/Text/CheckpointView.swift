// A checkpoint as JSON.

import Checkpoints
import FileSystem

/// A checkpoint in JSON: the manifest's fields, and what became known later.
struct CheckpointView: Encodable {
  var manifest: Manifest
  var notes: Notes
  var state: String
  /// Why it is stable; nil if it is not, or if that was not looked up.
  var stable: Stability.Reason?
  var unreadable: [String] = []
  var warnings: [String] = []
  var ageSeconds: Int?

  init(_ manifest: Manifest, notes: Notes, stable: Stability.Reason? = nil, now: Timestamp? = nil) {
    (self.manifest, self.notes, self.stable) = (manifest, notes, stable)
    state = CheckpointText.state(.init(notes), isStable: stable != nil)
    ageSeconds = now.map { $0.secondsSinceEpoch - manifest.createdAt.secondsSinceEpoch }
  }

  private enum Keys: String, CodingKey { case state, notes, stable, unreadable, warnings, ageSeconds }

  func encode(to encoder: any Encoder) throws {
    try manifest.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(state, forKey: .state)
    try container.encode(notes, forKey: .notes)
    try container.encodeIfPresent(stable?.description, forKey: .stable)
    try container.encodeIfPresent(ageSeconds, forKey: .ageSeconds)
    if !unreadable.isEmpty { try container.encode(unreadable, forKey: .unreadable) }
    if !warnings.isEmpty { try container.encode(warnings, forKey: .warnings) }
  }
}

// The phases of a stage, in their order. Their names are in the names of checkpoints, so they never change.

package enum Phase: String, CaseIterable, Codable, Sendable {
  case start, core, integration, complete
}

// What a retention policy is for: the kinds of checkpoints, and those that git's hooks take by themselves.

package enum RetentionClass: String, Codable, Sendable, CaseIterable {
  case stage, full, incremental, database, custom, hook, rescue
}

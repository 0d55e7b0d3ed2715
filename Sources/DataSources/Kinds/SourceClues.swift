// Hints that a project may have sources that were not found.

package struct SourceClues: Sendable {
  /// Variables that give a server, but not which source on it is the project's.
  package var unnamed: String?
  /// Variables that may be a source's address, with names that are not searched for.
  package var otherAddresses: [String] = []

  package init() {}
}

// Signs of sources that a project may have and that are not found.

package struct SourceClues: Sendable {
  /// Variables that say where a server is, and not which source there is the project's.
  package var unnamed: String?
  /// Variables that may be a source's address, by names that are not looked for.
  package var otherAddresses: [String] = []

  package init() {}
}

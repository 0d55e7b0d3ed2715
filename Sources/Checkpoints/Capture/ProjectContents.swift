// A project's files that come from elsewhere than the working tree, such as an exported archive.

package protocol ProjectContents: Sendable {
  /// The commit that they were recorded at, by its name.
  var head: String? { get }
  var branch: String? { get }
  /// Calls `body` for each file, as git stores it.
  func forEachFile(_ body: (RecordedFile) throws -> Void) throws
  /// Those of them that are kept beside git.
  var keptFiles: KeptFiles { get }
}

// A project's files that come from elsewhere than the working tree, such as an exported archive.

package protocol ProjectContents: Sendable {
  /// The name of the commit that they were recorded at.
  var head: String? { get }
  var branch: String? { get }
  /// Calls `body` for each file, with the contents that git stores.
  func forEachFile(_ body: (RecordedFile) throws -> Void) throws
  /// The files among them that are kept outside git.
  var keptFiles: KeptFiles { get }
}

// The error of a document that another program wrote.

/// What a document says and no program of ours writes.
package struct ForeignValue: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  /// Requires that paths stay inside the directory that they start from.
  /// - Parameter isOfWork: also that none of them leads into git's own directory.
  package static func refuse(
    escaping paths: some Sequence<BytePath>, _ what: String, isOfWork: Bool = true
  ) throws {
    for path in paths where !path.isInner || (isOfWork && path.hasGitDirectory) {
      throw ForeignValue("it names \(path) as \(what)")
    }
  }
}

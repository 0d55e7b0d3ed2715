// The error of a document that another program wrote.

/// Something in a document that this program never writes.
package struct ForeignValue: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  /// Requires that paths stay inside the directory that they start from.
  /// - Parameter isOfWork: also require that no path leads into a git directory.
  package static func refuse(
    escaping paths: some Sequence<BytePath>, _ what: String, isOfWork: Bool = true
  ) throws {
    for path in paths where !path.isInner || (isOfWork && path.hasGitDirectory) {
      throw ForeignValue("it names \(path) as \(what)")
    }
  }
}

// What is in the way of a restore.

import FileSystem

package struct Obstruction: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var reason: String
  /// Everything else that is in the way.
  package var others: [Obstruction] = []

  package var description: String { "\(path) cannot be restored: \(reason)" }

  package static func throwAll(_ found: [Obstruction]) throws {
    guard var first = found.first else { return }
    first.others += found.dropFirst()
    throw first
  }

  /// Calls the bodies, each of which may throw an obstruction.
  /// - Throws: all obstructions as one; any other error at once.
  package static func collect(_ bodies: [() throws -> Void]) throws {
    var found: [Obstruction] = []
    for body in bodies {
      do { try body() } catch var obstruction as Obstruction {
        let others = obstruction.others
        obstruction.others = []
        found += [obstruction] + others
      }
    }
    try throwAll(found)
  }

  /// The same, with paths that begin in a directory above.
  package func below(_ directory: BytePath) -> Obstruction {
    Obstruction(
      path: directory.appending(path), reason: reason, others: others.map { $0.below(directory) })
  }
}

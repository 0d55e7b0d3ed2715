// Where data sources are looked for: a project, and what the user said on top of its settings.

import Checkpoints
import FileSystem

package struct SourcePlace: Sendable {
  package var project: Project
  /// Gives the times in the names of temporary databases, and when a clone was made.
  package var clock: any Clock
  /// Whether the user has agreed to what comes with the repository.
  package var isTrusted: @Sendable () throws -> Bool
  /// Whether git has a file, so that it comes with the repository.
  package var isTracked: @Sendable (BytePath) throws -> Bool
  /// The address of the only source that is meant, instead of those that are configured or found.
  package var address: String?
  /// Words that run client programs elsewhere.
  package var clientPrefix: String?
  /// Seconds that a server or a lock may take, if that is less than what is set.
  package var patience = Int.max

  package init(
    _ project: Project, clock: any Clock, isTrusted: @escaping @Sendable () throws -> Bool,
    isTracked: @escaping @Sendable (BytePath) throws -> Bool
  ) {
    self.project = project
    self.clock = clock
    (self.isTrusted, self.isTracked) = (isTrusted, isTracked)
  }

  package var environment: [String: String] { project.environment }
}

// Where data sources are searched for: a project, and the options that override its settings.

import Checkpoints
import FileSystem

package struct SourcePlace: Sendable {
  package var project: Project
  /// Gives the times in the names of temporary databases, and when a clone was made.
  package var clock: any Clock
  /// Whether the user has agreed to what comes with the repository.
  package var isTrusted: @Sendable () throws -> Bool
  /// Whether git has a file, which then comes with the repository.
  package var isTracked: @Sendable (BytePath) throws -> Bool
  /// The address of the only source that is meant, in place of those that are configured or found.
  package var address: GivenAddress?
  /// The words before a client program that run it elsewhere.
  package var clientPrefix: String?
  /// The most seconds to wait for a server or a lock, if the settings allow more; nil for no other limit.
  package var patience: Double?

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

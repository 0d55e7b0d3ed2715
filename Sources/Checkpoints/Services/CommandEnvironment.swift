// The environment of a command of the project: `CHECKPOINT_ID`, `CHECKPOINT_OPERATION` and others say what it runs for.

import Git

/// What a command learns about the checkpoint that it runs for, by variables.
package struct CommandEnvironment: Sendable {
  private static let names = ["ID", "NAME", "STAGE", "PHASE", "OPERATION", "STEP", "RESCUE", "REHEARSAL"]

  private var id: CheckpointID?
  private var name: String
  private var stage: Stage?
  package var operation: LoggedOperation
  package var step: String
  package var rescue: CheckpointID?

  package init(_ checkpoint: Manifest, operation: LoggedOperation, step: String, rescue: CheckpointID? = nil)
  {
    (id, name, stage) = (checkpoint.id, checkpoint.name, checkpoint.stage)
    (self.operation, self.step, self.rescue) = (operation, step, rescue)
  }

  /// For a checkpoint that is yet to be taken.
  package init(_ name: CheckpointName, _ stage: Stage, operation: LoggedOperation, step: String) {
    (self.name, self.stage) = (name.description, stage)
    (self.operation, self.step) = (operation, step)
  }

  /// The user's environment without the variables of a surrounding git hook: the command's git must find the repository by
  /// its directory, and must not write to the index of a commit that is being made.
  package static func inherited(from environment: [String: String]) -> [String: String] {
    GitProgram.unnamed(environment)
  }

  package func variables(over environment: [String: String]) -> [String: String] {
    var variables = Self.inherited(from: environment)
    // A surrounding `checkpoint run` has set them for another checkpoint.
    for name in Self.names { variables["CHECKPOINT_\(name)"] = nil }
    variables["CHECKPOINT_ID"] = id?.description
    variables["CHECKPOINT_NAME"] = name
    variables["CHECKPOINT_STAGE"] = stage?.id
    variables["CHECKPOINT_PHASE"] = stage?.phase.rawValue
    variables["CHECKPOINT_OPERATION"] = "\(operation)"
    variables["CHECKPOINT_STEP"] = step
    variables["CHECKPOINT_RESCUE"] = rescue?.description
    return variables
  }
}

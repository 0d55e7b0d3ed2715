// What to do with a store that contains what this program never writes: it is damaged, or another program wrote it.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting
import Git
import Operations

extension RefusedState: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)", hints: ["nothing was restored; checkpoint list shows the others"], code: .verificationFailed
    )
  }
}

extension UnreadableJournal: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)",
      hints: ["if no rollback of yours was interrupted here: rm \(path)"], code: .verificationFailed)
  }
}

extension ForeignCommands: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)", causes: commands.map { "\($0.step.command.setting.shown()) = \(Format.visible($0.text))" },
      hints: [
        "--no-services does without them",
        "if they are yours, configure them so once more: git config \(commands.first?.step.command.setting.inGit() ?? "checkpoint.services.STEP") COMMAND",
      ])
  }
}

extension Diagnostic {
  static func linked(_ error: StoreError, _ path: BytePath) -> Diagnostic {
    Diagnostic(
      "\(error)",
      hints: [
        "move what it leads to into its place; git config checkpoint.store DIRECTORY puts all of a store elsewhere"
      ])
  }
}

// Why an interrupted operation is not taken up: its journal has commands that are not configured here.

import Checkpoints

/// Service commands of a journal that neither the settings nor an operation of ours has put there.
package struct ForeignCommands: Error, CustomStringConvertible {
  package var commands: [ServiceCommand]

  package var description: String {
    "the journal of the interrupted operation wants to run commands that are not configured here"
  }
}

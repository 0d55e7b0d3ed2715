// Why an interrupted operation is not taken up: its journal has commands that are not configured here.

import Checkpoints

/// Service commands of a journal that neither the settings nor an operation of ours has put there.
struct ForeignCommands: Error, CustomStringConvertible {
  var commands: [ServiceCommand]
  var description: String {
    "the journal of the interrupted operation wants to run commands that are not configured here"
  }
}

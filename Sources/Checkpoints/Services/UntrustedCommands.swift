// Commands of the committed settings that would run and that the user has not agreed to.

/// Commands of the repository that the user has not agreed to.
package struct UntrustedCommands: Error, Sendable, CustomStringConvertible {
  package enum Purpose: Sendable { case services, tests }

  package var commands: [(key: String, text: String)]
  package var purpose: Purpose
  package var description: String {
    "\(Settings.fileName) wants to run commands that you have not agreed to"
  }

  package init(_ commands: [(key: String, text: String)], of purpose: Purpose) {
    self.commands = commands
    self.purpose = purpose
  }
}

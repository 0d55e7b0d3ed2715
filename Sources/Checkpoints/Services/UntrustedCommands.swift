// Commands of the committed settings that would run and that the user has not agreed to.

package struct UntrustedCommands: Error, Sendable, CustomStringConvertible {
  package var commands: [(key: String, text: String)]
  /// A hint at how to do without them.
  package var without: String
  package var description: String {
    "\(Settings.fileName) wants to run commands that you have not agreed to"
  }

  package init(
    _ commands: [(key: String, text: String)], without: String = "--no-services does without them"
  ) {
    (self.commands, self.without) = (commands, without)
  }
}

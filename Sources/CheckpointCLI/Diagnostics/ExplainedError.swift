// Every family of errors conforms to this, each in a file of its own. A new error conforms, too, if it needs a hint or an exit
// code of its own.

/// An error with a message, hints and an exit code for the user.
protocol ExplainedError: Error {
  var diagnostic: Diagnostic { get }
}

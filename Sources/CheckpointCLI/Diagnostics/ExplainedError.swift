// What every family of errors conforms to, in a file of its own. A new error that needs a hint or an exit code of its own gets
// them by conforming, too.

/// An error that knows what people need to hear of it.
protocol ExplainedError: Error {
  var diagnostic: Diagnostic { get }
}

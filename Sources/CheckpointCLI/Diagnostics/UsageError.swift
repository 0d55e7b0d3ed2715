// A mistake on the command line: what is wrong, and what to write instead.

struct UsageError: Error, CustomStringConvertible {
  var description: String
  var hints: [String] = []
}

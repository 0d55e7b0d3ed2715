// A message from the process that takes a hook's checkpoint to the one that git waits for: a line of JSON each.

enum HookMessage: Codable, Sendable {
  /// The next message comes within so many seconds. If it does not, the front prints `text` and ends with `code`.
  case within(seconds: Double, code: Int32, text: String)
  case say(String)
  /// The file that gets the worker's standard output and standard error.
  case log(String)
  case progress(activity: String, done: Int, total: Int?, isBytes: Bool)
  case progressEnd(activity: String)
  /// The front ends, and git goes on or stops.
  case end(code: Int32)
}

// What the process that takes a hook's checkpoint says to the one that git waits for: a line of JSON for each message.

enum HookMessage: Codable, Sendable {
  /// The next message comes within so many seconds. Otherwise `text` is said, and `code` is the end.
  case within(seconds: Double, code: Int32, text: String)
  case say(String)
  /// Where the other process writes what nobody reads.
  case log(String)
  case progress(activity: String, done: Int, total: Int?, isBytes: Bool)
  case progressEnd(activity: String)
  /// Nobody need wait any longer.
  case end(code: Int32)
}

// A value as it stands in a file.

import FileSystem

/// A value with what leads to its place in a file.
package struct SettingValue: Sendable, Hashable {
  enum Origin: Sendable, Hashable {
    case committed
    case file(BytePath)
    /// `git -c`, or variables such as GIT_CONFIG_COUNT.
    case environment
  }

  package var text: String
  var origin: Origin
  /// How many values its key has before it in the same file.
  var index: Int
}

// A value of a setting, with what is needed to find its line in a file.

import FileSystem

package struct SettingValue: Sendable, Hashable {
  enum Origin: Sendable, Hashable {
    case committed
    case file(BytePath)
    /// `git -c`, or variables such as GIT_CONFIG_COUNT.
    case environment
  }

  package var text: String
  var origin: Origin
  /// The number of earlier values of its key in the same file.
  var index: Int
}

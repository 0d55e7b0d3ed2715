// The address of a data source that comes with the repository, as it is written there. It is used only after the user has
// agreed to it.

import FileSystem

package struct CommittedAddress: Sendable {
  /// Its name: a key of the settings, or a variable and its file.
  package var key: String
  /// nil for a setting.
  package var variable: String?
  package var text: String
  package var file: BytePath

  package init(key: String, variable: String? = nil, text: String, file: BytePath) {
    (self.key, self.variable, self.text, self.file) = (key, variable, text, file)
  }
}

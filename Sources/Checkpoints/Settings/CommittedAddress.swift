// The address of a data source that comes with the repository, as it is written there. It is used only after the user has
// agreed to it.

import FileSystem

package struct CommittedAddress: Sendable {
  /// Its name: a key of the settings, or a variable and its file.
  package var key: String
  package var text: String
  package var file: BytePath

  package init(key: String, text: String, file: BytePath) {
    (self.key, self.text, self.file) = (key, text, file)
  }
}

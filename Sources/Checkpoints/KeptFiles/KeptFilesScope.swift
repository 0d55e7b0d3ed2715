// Which kept files a restoration may write and remove.

import FileSystem

struct KeptFilesScope: Sendable {
  /// Whether files that the checkpoint does not hold are removed.
  var removesOthers = false
  /// Files that stay as they are, because they would lead to another database.
  var leftAddresses: Set<BytePath> = []
  /// Whether a path is not touched: the checkpoint left it out, or it was not asked for.
  var isLeftAlone: @Sendable (BytePath) -> Bool = { _ in false }
  /// Whether git ignored a path when the checkpoint was taken.
  var wasIgnored: @Sendable (BytePath) -> Bool = { _ in false }
}

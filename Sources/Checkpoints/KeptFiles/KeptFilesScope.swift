// Which kept files a restoration is about.

import FileSystem

struct KeptFilesScope: Sendable {
  /// Whether files that the checkpoint does not hold are removed.
  var removesOthers = false
  /// Files that stay as they are, because they would lead to another database.
  var leftAddresses: Set<BytePath> = []
  /// Paths that are not touched: the checkpoint left them out, or they were not asked for.
  var isLeftAlone: @Sendable (BytePath) -> Bool = { _ in false }
  /// Paths that git ignored when the checkpoint was taken.
  var wasIgnored: @Sendable (BytePath) -> Bool = { _ in false }
}

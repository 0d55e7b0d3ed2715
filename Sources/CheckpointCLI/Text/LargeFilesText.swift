// What was left out because of its size, with the ways to have it recorded or ignored.

import FileSystem
import Formatting
import Git

enum LargeFilesText {
  /// So many are named one by one.
  private static let shownCount = 10

  static func warn(_ leftOut: [LargeUntracked], _ console: Console) {
    for item in leftOut.prefix(shownCount) {
      let contents = item.fileCount > 1 ? ", \(Format.plural(item.fileCount, "file"))" : ""
      console.warning(
        "not recorded: \(item.path) is untracked and large (\(Format.bytes(item.byteCount))\(contents))")
      let word = Format.shellWord(pattern(item.path))
      console.hint("to record it: git config --add checkpoint.includeLarge \(word)")
      console.hint("to let git ignore it: printf '%s\\n' \(word) >> .gitignore")
    }
    if leftOut.count > shownCount { console.warning("and \(leftOut.count - shownCount) more") }
    if !leftOut.isEmpty { console.hint("to record everything this once: --include-large") }
  }

  /// The path as a pattern that means nothing else, in .gitignore and in settings.
  static func pattern(_ path: BytePath) -> String {
    "/" + path.description.map { "*?[]\\ ".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

// What was left out because of its size, with the ways to have it recorded or ignored.

import FileSystem
import Git

enum LargeFilesText {
  /// So many are named one by one.
  private static let shownCount = 10

  static func warn(_ leftOut: [LargeUntracked], _ console: Console) {
    for item in leftOut.prefix(shownCount) {
      let contents = item.fileCount > 1 ? ", \(Format.plural(item.fileCount, "file"))" : ""
      console.warning(
        "not recorded: \(item.path) is untracked and large (\(Format.bytes(item.byteCount))\(contents))")
    }
    if leftOut.count > shownCount { console.warning("and \(leftOut.count - shownCount) more") }
    guard let first = leftOut.first?.path else { return }
    console.hint("record it this once: --include-large")
    console.hint(
      "record it always: git config --add checkpoint.includeLarge \(Format.shellWord(pattern(first)))")
    console.hint("let git ignore it: echo \(Format.shellWord(pattern(first))) >> .gitignore")
  }

  /// The path as a pattern that means nothing else, in .gitignore and in settings.
  static func pattern(_ path: BytePath) -> String {
    "/" + path.description.map { "*?[]\\ ".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

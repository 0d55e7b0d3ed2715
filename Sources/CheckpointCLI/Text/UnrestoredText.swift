// What a restore had to leave out, with the statements that would make it.

import Checkpoints
import Formatting

enum UnrestoredText {
  static func show(_ left: [Unrestored], _ console: Console) {
    if left.isEmpty { return }
    console.warning("\(Format.plural(left.count, "object")) could not be restored:")
    for one in left {
      console.remark("  \(Format.visible(one.description))")
      for line in (one.statement ?? "").split(whereSeparator: \.isNewline) {
        console.remark("    \(Format.visible(String(line)))")
      }
    }
  }
}

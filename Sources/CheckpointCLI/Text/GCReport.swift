// What a collection of garbage did, in a line.

import Checkpoints
import Formatting

enum GCReport {
  static func line(_ result: GarbageCollection.Result) -> String {
    var words: [String] = []
    if result.removed.bytes > 0 { words.append("\(Format.bytes(result.removed.bytes)) are free") }
    if result.trash.chunks > 0 {
      words.append("\(Format.bytes(result.trash.bytes)) lie in the trash for a day")
    }
    if result.takenBack > 0 { words.append("\(Format.plural(result.takenBack, "chunk")) taken back from it") }
    return words.isEmpty ? "there is nothing to free" : words.joined(separator: ", ")
  }
}

// Blobs as git would check them out (line ends, clean/smudge filters, encodings), from one
// `git cat-file --batch --filters -z`, whatever their number and size.

import FileSystem

struct FilteredContents {
  let git: GitProgram

  struct Malformed: Error, CustomStringConvertible {
    var answer: String
    var description: String { "git cat-file answered “\(answer)”" }
  }

  /// Calls `body` for each file with a function that yields its pieces until nil. `body` must take them all.
  func forEach(
    _ writes: [RestorePlan.Write],
    _ body: (RestorePlan.Write, _ next: () throws -> UnsafeRawBufferPointer?) throws -> Void
  ) throws {
    if writes.isEmpty { return }
    let stream = try PipedReader(
      git.subprocess(["cat-file", "--batch", "--filters", "-z"]),
      input: writes.flatMap { Array("\($0.entry.id) ".utf8) + $0.path.bytes + [0] })
    for write in writes {
      try Interruption.check()
      let header = String(decoding: try stream.line(), as: UTF8.self).split(separator: " ")
      guard header.count == 3, header[1] == "blob", var rest = Int(header[2]) else {
        throw Malformed(answer: header.joined(separator: " "))
      }
      try body(write) {
        if rest == 0 { return nil }
        let piece = try stream.piece(atMost: rest)
        rest -= piece.count
        return piece
      }
      _ = try stream.line()
    }
    try stream.finish()
  }
}

// Files as git would check them out (line ends, clean/smudge filters, encodings), made by git itself in a
// directory of ours, from where they are moved into place one by one.

import FileSystem

struct FilteredCheckout {
  let git: GitProgram
  /// Made and removed by the caller.
  let directory: BytePath

  /// Where `run` puts a file.
  func path(of write: RestorePlan.Write) -> BytePath { directory.appending("files").appending(write.path) }

  /// Makes the files, with the attributes of the working tree as it is now.
  func run(_ writes: [RestorePlan.Write]) throws {
    if writes.isEmpty { return }
    // An index of its own with nothing but these entries: the user's stays as it is.
    let index = directory.appending("index")
    try FileTree.remove(index)
    let entries = writes.reduce(into: [UInt8]()) { lines, write in
      lines += Array("\(write.entry.mode.octal) \(write.entry.id) 0\t".utf8) + write.path.bytes + [0]
    }
    try run(["update-index", "-z", "--index-info"], index, input: entries)
    let prefix = BytePath(directory.appending("files").bytes + [UInt8(ascii: "/")])
    // A configured sparse checkout must not hide them.
    try run(
      [
        "-c", "core.sparseCheckout=false", "checkout-index", "--all", "--force",
        BytePath("--prefix=".utf8 + prefix.bytes),
      ],
      index, input: [])
  }

  private func run(_ arguments: [BytePath], _ index: BytePath, input: [UInt8]) throws {
    var process = git.subprocess(arguments)
    process.indexFile = index
    try process.output(input: input)
  }
}

// Lets git itself check out files (with line ends, clean and smudge filters, encodings) into a directory of ours, from where
// they are moved into place one by one.

import Codecs
import FileSystem
import Glibc

struct FilteredCheckout {
  let git: GitProgram
  /// The caller makes and removes it.
  let directory: BytePath
  /// The index's `.gitattributes`, which decide about filters if the working tree has none.
  let attributes: [PlannedWrite]

  /// Where `run` puts a file.
  func path(of write: PlannedWrite) -> BytePath {
    let path = directory.appending("tree").appending(write.path)
    if path.bytes.count < Int(PATH_MAX) { return path }
    let hash = SHA1()
    return directory.appending(write.path.bytes.withUnsafeBytes { hash.digest($0) }.hexadecimal)
  }

  /// Makes the files, with the attributes that the working tree has now.
  /// - Returns: the files that were made. If a filter fails, files that already have the right contents are left out: when a
  ///   restore is undone after such a failure, all of them have.
  func run(_ writes: [PlannedWrite]) throws -> [PlannedWrite] {
    do {
      try make(writes)
      return writes
    } catch let error as SubprocessError {
      let rest = try writes.filter { try !isInPlace($0) }
      if rest.count == writes.count { throw error }
      try FileTree.remove(directory.appending("tree"))
      try make(rest)
      return rest
    }
  }

  /// Whether the file in the working tree has contents that git would store as this entry.
  private func isInPlace(_ write: PlannedWrite) throws -> Bool {
    let file = git.directory.appending(write.path)
    guard let status = try? FileTree.status(file), status.kind == .regular,
      write.permissions == nil || write.permissions == status.permissions
    else { return false }
    let output = try? git.run(["hash-object", BytePath("--path=".utf8 + write.path.bytes), "--", file])
    return output.map { String(decoding: $0.prefix(40), as: UTF8.self) } == write.entry.id.description
  }

  func make(_ all: [PlannedWrite]) throws {
    let files = directory.appending("tree")
    let writes = all.filter { path(of: $0).isInside(files) }
    for write in all where !path(of: write).isInside(files) { try makeAlone(write) }
    if writes.isEmpty { return }
    // A separate index that contains only these entries: the user's index is not touched.
    let index = directory.appending("index")
    try FileTree.remove(index)
    let entries = (attributes + writes).reduce(into: [UInt8]()) { lines, write in
      lines += Array("\(write.entry.mode.octal) \(write.entry.id) 0\t".utf8) + write.path.bytes + [0]
    }
    try run(["update-index", "-z", "--index-info"], index, input: entries)
    let prefix = BytePath(directory.appending("tree").bytes + [UInt8(ascii: "/")])
    // A configured sparse checkout must not hide them.
    try run(
      [
        "-c", "core.sparseCheckout=false", "checkout-index", "--all", "--force",
        BytePath("--prefix=".utf8 + prefix.bytes),
      ],
      index, input: [])
  }

  /// Makes a file whose path would be too long below another directory.
  private func makeAlone(_ write: PlannedWrite) throws {
    let path = path(of: write)
    let words = [
      "cat-file", "--filters", BytePath("--path=".utf8 + write.path.bytes),
      BytePath(write.entry.id.description),
    ]
    if write.entry.mode == .symbolicLink {
      return try FileTree.makeLink(path, to: BytePath(git.run(["cat-file", "blob", words[3]])))
    }
    let mode: mode_t = write.entry.mode == .executable ? 0o777 : 0o666
    let file = try OpenFile.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    let nothing: () -> [UInt8] = { [] }
    try git.subprocess(words).run(feed: nothing) { try SystemFileOperations().write($0, to: file) }
  }

  private func run(_ arguments: [BytePath], _ index: BytePath, input: [UInt8]) throws {
    var process = git.subprocess(arguments)
    process.indexFile = index
    try process.output(input: input)
  }
}

// Keeps git from removing a pack that no ref leads to yet.

import FileSystem
import Glibc

/// A `.keep` file, with which git does not remove a pack. It is marked as ours, and stays until there are refs that lead to
/// the pack.
enum KeptPack {
  private static let prefix = "checkpoint "
  /// What the file of this process contains.
  static var note: String { "\(prefix)\(getpid())" }

  /// - Parameter pack: the path without `.pack`.
  static func hold(_ pack: BytePath) throws -> BytePath {
    let file = BytePath(pack.bytes + Array(".keep".utf8))
    try SystemFileOperations().write(
      Array("\(note)\n".utf8),
      to: OpenFile.open(file, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o444))
    return file
  }

  /// Removes the files of dead processes.
  static func removeAbandoned(in objects: BytePath) throws {
    let packs = objects.appending("pack")
    guard FileTree.exists(packs) else { return }
    for name in try FileTree.list(packs) where name.bytes.suffix(5).elementsEqual(".keep".utf8) {
      guard let bytes = FileTree.readIfRegular(packs.appending(name), limit: 1 << 10) else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.hasPrefix(prefix), let process = pid_t(text.dropFirst(prefix.count).dropLast()),
        ProcessMark.isDead(process)
      else { continue }
      try FileTree.remove(packs.appending(name))
    }
  }
}

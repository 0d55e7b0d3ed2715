// What comes with the repository, commands in `.checkpointconfig` and addresses of databases, is used only after the user has
// read this exact text and agreed to it. The consent is a digest of the text.

import ChunkStore
import Codecs
import FileSystem
import FoundationEssentials

struct Trust: Sendable {
  /// The consent is kept in the common git directory, which no commit reaches.
  let gitDirectory: BytePath
  let items: [(key: String, text: String)]
  /// Whether nothing of it stands elsewhere than in `.checkpointconfig`.
  let isOfSettingsOnly: Bool

  private var file: BytePath { gitDirectory.appending("checkpoint-trusted") }

  private var digest: String {
    // Keys and texts hold no NUL, so no text can pass for two.
    let text = items.map { "\($0.key)\0\($0.text)\0" }.joined()
    return SHA256.digest(Array(text.utf8)).hexadecimal
  }

  /// What the user has agreed to so far: a rollback brings back earlier texts.
  private var given: [String] {
    String(decoding: (try? FileTree.readAll(file)) ?? [], as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  var isGiven: Bool { given.contains(digest) }

  func give(_ store: Store) throws {
    let all = given.filter { $0 != digest } + [digest]
    try store.files.replaceFile(file, with: all.flatMap { Array("\($0)\n".utf8) })
  }
}

// The user's consent to what comes with the repository: commands in `.checkpointconfig`, and addresses of sources there and in
// `.env` files that git has. Others can change these with a commit, so each is used only after the user has read its exact
// text and agreed. The consent is kept in the common git directory, which no commit reaches.

import ChunkStore
import Codecs
import FileSystem

package struct Trust: Sendable {
  private let gitDirectory: BytePath
  package let items: [(key: String, text: String)]
  /// The commands and the addresses among them, if they are a project's.
  package private(set) var commands: [(key: String, text: String)] = []
  package private(set) var addresses: [CommittedAddress] = []
  /// Nothing of it stands in another file than `.checkpointconfig`.
  package private(set) var isOfSettingsOnly = true

  /// - Parameters:
  ///   - gitDirectory: the common one.
  ///   - items: what consent is asked for. Their order belongs to what the user agrees to.
  package init(gitDirectory: BytePath, items: [(key: String, text: String)]) {
    (self.gitDirectory, self.items) = (gitDirectory, items)
  }

  /// All that needs consent in a project.
  /// - Parameter addresses: of sources, as they come with the repository.
  package init(in project: Project, addresses: [CommittedAddress]) {
    self.init(
      gitDirectory: project.location.commonDirectory,
      items: project.settings.committedCommands + addresses.map { ($0.key, $0.text) })
    commands = project.settings.committedCommands
    self.addresses = addresses
    isOfSettingsOnly = addresses.allSatisfy { $0.file == Settings.fileName }
  }

  private var file: BytePath { gitDirectory.appending("checkpoint-trusted") }

  private var digest: String {
    // Keys and texts hold no NUL, so no text can pass for two.
    let text = items.map { "\($0.key)\0\($0.text)\0" }.joined()
    return SHA256.digest(Array(text.utf8)).hexadecimal
  }

  /// What the user has agreed to so far. A rollback brings back earlier texts, so all of it is kept.
  private var given: [String] {
    String(decoding: (try? FileTree.readAll(file)) ?? [], as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  package var isGiven: Bool { given.contains(digest) }

  package func give(_ store: Store) throws {
    let all = given.filter { $0 != digest } + [digest]
    try store.files.replaceFile(file, with: all.flatMap { Array("\($0)\n".utf8) })
  }
}

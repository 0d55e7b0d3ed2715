// The user's consent to what comes with the repository: commands in `.checkpointconfig`, and addresses of sources there and
// in committed `.env` files. A commit of another person can change these, so they are used only after the user has read the
// exact text and agreed. The consent is kept in the common git directory, which no commit can reach.

import ChunkStore
import Codecs
import FileSystem

package struct Trust: Sendable {
  /// Seconds to wait for another consent.
  private static let patience = 10.0

  private let gitDirectory: BytePath
  package let items: [(key: String, text: String)]
  /// The commands and the addresses among them, if they are a project's.
  package private(set) var commands: [(key: String, text: String)] = []
  package private(set) var addresses: [CommittedAddress] = []
  /// Whether all of it is in `.checkpointconfig`.
  package private(set) var isOfSettingsOnly = true

  /// - Parameters:
  ///   - gitDirectory: the common git directory.
  ///   - items: what consent is asked for. Their order is part of what the user agrees to.
  package init(gitDirectory: BytePath, items: [(key: String, text: String)]) {
    (self.gitDirectory, self.items) = (gitDirectory, items)
  }

  /// Everything that needs consent in a project.
  /// - Parameter addresses: addresses of sources as they come with the repository.
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
    // Keys and texts contain no NUL, so different items cannot give the same text.
    let text = items.map { "\($0.key)\0\($0.text)\0" }.joined()
    return SHA256.digest(Array(text.utf8)).hexadecimal
  }

  /// Everything the user has agreed to so far. It is kept because a rollback brings back earlier texts.
  private var given: [String] {
    String(decoding: (try? FileTree.readAll(file)) ?? [], as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  package var isGiven: Bool { given.contains(digest) }

  package func give(_ store: Store) throws {
    // Two consents at once would lose one.
    let path = store.root.appending("lock.trust")
    guard let lock = try FileLock.acquire(path, .exclusive, waiting: Self.patience) else {
      throw StoreError.busy(store.root)
    }
    defer { withExtendedLifetime(lock) {} }
    let all = given.filter { $0 != digest } + [digest]
    try store.files.replaceFile(file, with: all.flatMap { Array("\($0)\n".utf8) })
  }
}

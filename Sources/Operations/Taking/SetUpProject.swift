// Setting a project up: its store, and its settings if it has none yet. It can be repeated.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

package struct SetUp {
  /// The committed settings.
  package let file: BytePath
  /// Whether it was written now.
  package let isNew: Bool
  package let sources: [FoundSource]
}

extension ProjectSession {
  package func setUp() throws -> SetUp {
    try writing(makesStore: true, isBesidePending: true) { opened in
      let file = worktree.appending(Settings.fileName)
      let isNew = !FileTree.exists(file)
      let found = try find(for: .looking)
      if isNew {
        let text = SettingTable.all.template(sources: found.map(\.settings).joined())
        try opened.store.files.replaceFile(file, with: Array(text.utf8), mode: 0o644)
        // What was written just now is the user's own word. A file that git has is not.
        let consent = try Self.trust(in: Project.at(project.location, .all), clock)
        if consent.isOfSettingsOnly && !consent.items.isEmpty { try consent.give(opened.store) }
      }
      return SetUp(file: file, isNew: isNew, sources: found)
    }
  }
}

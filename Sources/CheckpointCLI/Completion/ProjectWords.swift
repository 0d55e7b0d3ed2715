// Names of a project that the shells offer: its checkpoints and stages.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting

struct ProjectWords {
  /// nil outside of a project.
  private let workspace: Workspace?

  init(_ workspace: Workspace?) { self.workspace = workspace }

  /// Ids, newest first, and the names that select one of them.
  func checkpoints() -> [Suggestions.Word] {
    guard let workspace, let store = try? workspace.project.openStore(),
      let listing = try? Listing.read(store)
    else { return [] }
    let now = workspace.now.secondsSinceEpoch
    let entries = listing.entries.filter { !$0.kind.isInternal }.reversed()
    if entries.isEmpty { return [] }
    var names: Set<String> = []
    let newest = entries.filter { names.insert($0.id.name).inserted }.map { entry in
      Suggestions.Word(text: entry.id.name, meaning: "the newest of this name, \(entry.id)")
    }
    let ids = entries.map { entry in
      let age = Format.age(now - entry.createdAt.secondsSinceEpoch)
      return Suggestions.Word(text: "\(entry.id)", meaning: "\(entry.kind.rawValue), \(age)")
    }
    let meanings = [
      Suggestions.Word(text: "latest", meaning: "the newest checkpoint"),
      Suggestions.Word(text: "last-stable", meaning: "the newest stable checkpoint"),
    ]
    return meanings + newest + ids
  }

  func stages() -> [Suggestions.Word] {
    guard let workspace else { return [] }
    let folders = StageFolders.names(in: workspace.worktree).map(\.slug)
    let recorded = (try? workspace.project.openStore()).flatMap { try? Listing.read($0).entries } ?? []
    let others = Set(recorded.compactMap(\.stage?.id)).filter { id in
      !folders.contains { $0 == id || $0.hasPrefix("\(id)-") }
    }
    return (folders + others.sorted()).map { Suggestions.Word(text: $0) }
  }

  /// `stage-02-webrtc-video-start`
  func phases() -> [Suggestions.Word] {
    stages().flatMap { stage in
      Phase.allCases.map {
        Suggestions.Word(text: "\(stage.text)-\($0.rawValue)", meaning: "take the checkpoint of this phase")
      }
    }
  }
}

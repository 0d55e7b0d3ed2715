// Counts of lines from what checkpoints recorded on the way from one to another: each has the files that changed since the
// previous one, with their lines. If a file changed in only one link of that chain, its count holds for the whole chain and
// need not be computed again. If something is missing, only time is lost.

import ChunkStore
import FileSystem
import Git

struct RecordedLines {
  /// Beyond these limits, comparing the files is faster.
  private static let linkLimit = 500
  private static let fileLimit = 5000

  private let reader: ChunkReader
  private let manifests: [CheckpointID: Manifest]

  init(_ store: Store, _ manifests: [Manifest]) {
    reader = ChunkReader(store)
    self.manifests = Dictionary(manifests.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The counts of files that changed only once; empty if the chain is broken.
  func counts(from old: Manifest, to new: Manifest) throws -> [BytePath: LineCounts] {
    var counts: [BytePath: LineCounts?] = [:]
    var files = 0
    for link in chain(from: old, to: new) ?? [] {
      guard let list = link.git.changedFiles?.list,
        let changed = try? reader.document([ChangedFile].self, list)
      else {
        if link.git.changedFiles?.count == 0 { continue }
        return [:]
      }
      try Interruption.check()
      files += changed.count
      if files > Self.fileLimit { return [:] }
      for file in changed {
        if counts.updateValue(file.lines, forKey: file.path) != nil { counts[file.path] = .some(nil) }
      }
    }
    return counts.compactMapValues { $0 }
  }

  /// The checkpoints after `old`, up to and including `new`.
  private func chain(from old: Manifest, to new: Manifest) -> [Manifest]? {
    var (links, last): ([Manifest], Manifest) = ([], new)
    while last.id != old.id {
      // A checkpoint of databases only has no files, and is never the previous one of another.
      guard links.count < Self.linkLimit, last.git.stateTree != nil, let previous = last.previous?.id,
        let before = manifests[previous], before.git.stateTree != nil
      else { return nil }
      links.append(last)
      last = before
    }
    return links
  }
}

extension ChangedFile {
  fileprivate var lines: LineCounts? {
    guard let linesAdded, let linesRemoved else { return nil }
    return LineCounts(added: linesAdded, removed: linesRemoved)
  }
}

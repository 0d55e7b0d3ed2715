// What checkpoints recorded on the way from one to another: each has the files that changed since the one before it, and
// their lines. A file that changed in one link of that chain alone has the same lines over all of it, and need not be
// compared again. Whatever is missing costs time and nothing else.

import ChunkStore
import FileSystem
import Git

struct RecordedLines {
  /// Longer chains and lists take longer to read than files to compare.
  private static let linkLimit = 500
  private static let fileLimit = 5000

  private let reader: ChunkReader
  private let manifests: [CheckpointID: Manifest]

  init(_ store: Store, _ manifests: [Manifest]) {
    reader = ChunkReader(store)
    self.manifests = Dictionary(manifests.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Of the files that changed once; none where the chain is broken.
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

  /// The checkpoints behind `old` up to `new`.
  private func chain(from old: Manifest, to new: Manifest) -> [Manifest]? {
    var (links, last): ([Manifest], Manifest) = ([], new)
    while last.id != old.id {
      // One of the database alone says nothing of files, and is nobody's previous one.
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

// What a checkpoint says of its stage: the progress at that moment, and whether its phase comes in its order. Nothing here
// keeps a checkpoint from being taken.

import FileSystem

struct StageRecord {
  private(set) var progress: StageProgress?
  private(set) var warnings: [String] = []

  /// - Parameters:
  ///   - stage: the one that the checkpoint is of; nil for other kinds.
  ///   - recordsWorktree: whether the checkpoint holds files at all.
  init(_ stage: Stage?, recordsWorktree: Bool, _ worktree: BytePath, _ catalog: Catalog) {
    guard let stage else {
      // Of other kinds, the stage that is under way; there is nothing to be said about it.
      guard recordsWorktree, let slug = Self.underWay(catalog, worktree) else { return }
      progress = read(slug, worktree)
      warnings = []
      return
    }
    progress = read(stage.slug, worktree)
    let reached = StageHistory.phases(of: StageName(stage), in: catalog)
    if let remark = PhaseOrder.remark(on: stage.phase, of: stage.slug, after: reached) {
      warnings.append(remark)
    }
    warnings += Self.likelyMistake(stage, worktree)
  }

  private mutating func read(_ slug: String, _ worktree: BytePath) -> StageProgress? {
    let folder = StageFolders.directory(in: worktree).appending(slug)
    do {
      guard let file = try ProgressFile.read(inFolder: folder) else { return nil }
      warnings += file.problems
      return StageProgress(parts: file.counts, stage: slug)
    } catch {
      warnings.append("\(ProgressFile.name) cannot be read: \((error as? SystemError)?.reason ?? "\(error)")")
      return nil
    }
  }

  /// The stage of the newest stage's checkpoint, unless that completed it.
  private static func underWay(_ catalog: Catalog, _ worktree: BytePath) -> String? {
    guard let newest = StageHistory.newest(in: catalog), let stage = newest.stage, !newest.completesStage
    else {
      return nil
    }
    // A folder that was made since has the whole name.
    return (try? stage.resolved(in: worktree))?.slug ?? stage.slug
  }

  /// A whole name without a folder, beside folders of the same number: perhaps a slip of the pen.
  private static func likelyMistake(_ stage: Stage, _ worktree: BytePath) -> [String] {
    let name = StageName(stage)
    if name.isShort { return [] }
    let same = StageFolders.names(in: worktree).filter { $0.hasNumber(of: name) }
    if same.isEmpty || same.contains(name) { return [] }
    return ["there is no stages/\(name), but stages/\(same.map(\.slug).joined(separator: ", stages/"))"]
  }
}
